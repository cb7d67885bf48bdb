//! Every registered statement is one that the engine can prepare, with its parameters numbered without a gap.

use std::collections::{BTreeSet, HashSet};

use lexi_store::{STATEMENTS, Value};

/// The numbers `n` of the parameters `$n` in a statement.
fn parameters(sql: &str) -> BTreeSet<usize> {
    let after_dollar = sql.split('$').skip(1);
    let digits = after_dollar.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

#[tokio::test]
async fn every_statement_prepares() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::open(&folder).await;
    let statements: Vec<_> = STATEMENTS.iter().flat_map(|list| list.iter()).collect();
    assert!(statements.len() > 60);
    let mut seen = HashSet::new();
    for (name, sql) in statements {
        assert!(seen.insert(*sql), "{name} is registered twice: {sql}");
        let numbers = parameters(sql);
        let count = numbers.len();
        assert_eq!(numbers, (1..=count).collect(), "{name}: {sql}");
        // EXPLAIN compiles a statement without running it.
        let explain = format!("EXPLAIN {sql}");
        let prepared = store
            .write(move |tx| Box::pin(async move { tx.rows(&explain, &vec![Value::Null; count]).await }))
            .await;
        if let Err(error) = prepared {
            panic!("{name}: {error}: {sql}");
        }
    }
}

#[test]
fn every_statement_on_a_tenants_table_names_the_workspace() {
    // The sweeps that look at every workspace's runs, and the tables that are not a tenant's.
    let tenant = [
        "users",
        "pipelines",
        "stages",
        "companies",
        "contacts",
        "deals",
        "matters",
        "notes",
        "tasks",
        "activities",
    ];
    for (name, sql) in STATEMENTS.iter().flat_map(|list| list.iter()) {
        let words: Vec<&str> = sql.split_whitespace().collect();
        let touches = words
            .windows(2)
            .any(|pair| matches!(pair[0], "FROM" | "INTO" | "UPDATE" | "JOIN") && tenant.contains(&pair[1]));
        assert!(!touches || sql.contains("workspace_id"), "{name}: {sql}");
    }
}
