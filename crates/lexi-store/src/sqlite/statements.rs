//! Running statements: `$n` in, plain values out.

use rusqlite::Connection;

use crate::db::Value;
use crate::{Result, StoreError};

/// Binds `$n` by its number: SQLite itself numbers named parameters by first appearance.
fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Value]) -> Result<()> {
    let mut name = String::with_capacity(4);
    for (number, value) in (1usize..).zip(params) {
        name.clear();
        name.push('$');
        name.push_str(&number.to_string());
        match statement.parameter_index(&name)? {
            Some(index) => statement.raw_bind_parameter(index, value)?,
            None => return Err(StoreError::Internal(format!("the statement has no parameter {name}"))),
        }
    }
    if statement.parameter_count() != params.len() {
        return Err(StoreError::Internal(format!(
            "the statement has {} parameters, {} were given",
            statement.parameter_count(),
            params.len()
        )));
    }
    Ok(())
}

pub(crate) fn execute(connection: &mut Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    Ok(statement.raw_execute()? as u64)
}

pub(crate) fn rows(connection: &mut Connection, sql: &str, params: &[Value]) -> Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, params)?;
    let columns = statement.column_count();
    let mut cursor = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = cursor.next()? {
        let mut values = Vec::with_capacity(columns);
        for index in 0..columns {
            use rusqlite::types::ValueRef;
            values.push(match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(value) => Value::Int(value),
                ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
                ValueRef::Blob(value) => Value::Blob(value.to_vec()),
                ValueRef::Real(_) => {
                    return Err(StoreError::Internal(format!(
                        "column {index} holds a float; the schema has none"
                    )));
                }
            });
        }
        rows.push(values);
    }
    Ok(rows)
}

pub(crate) fn check(connection: &mut Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA quick_check(20)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
