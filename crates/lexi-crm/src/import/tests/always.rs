//! What must hold for any file.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// What a row tells of one of ten people. The rows of a file may tell more or less of the
/// same person, but do not contradict each other.
#[derive(Debug, Clone)]
struct Line {
    person: u8,
    with_id: bool,
    with_email: bool,
    with_company: bool,
    owner: Option<u8>,
    note: Option<u8>,
}

fn line() -> impl Strategy<Value = Line> {
    let some = |limit: u8| proptest::option::of(0..limit);
    (0..10u8, any::<[bool; 3]>(), some(4), some(2)).prop_map(
        |(person, [with_id, with_email, with_company], owner, note)| Line {
            person,
            with_id,
            with_email,
            with_company,
            owner,
            note,
        },
    )
}

fn file(lines: &[Line]) -> String {
    let cell = |text: &str, value: Option<u8>| value.map(|v| format!("{text}{v}")).unwrap_or_default();
    let mut file = "id,name,email,company,owner,notes\n".to_owned();
    for line in lines {
        let person = line.person;
        let id = cell("", line.with_id.then_some(person));
        let email = cell("p@x", line.with_email.then_some(person));
        let company = cell("Firm ", line.with_company.then_some(person % 5));
        let (owner, note) = (cell("Owner ", line.owner), cell("note ", line.note));
        writeln!(file, "{id},Person {},{email},{company},{owner},{note}", person).unwrap();
    }
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_dry_run_foretells_the_import_and_a_second_import_makes_nothing(
        lines in proptest::collection::vec(line(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let firm = Firm::new().await;
            let content = file(&lines);
            let options = ImportOptions { dry_run: true, ..ImportOptions::new(ImportKind::Contacts) };
            let mut dry = firm.try_import(options, &content).await.unwrap();
            dry.dry_run = false;
            let first = firm.import(ImportKind::Contacts, &content).await;
            prop_assert_eq!(&dry, &first);
            prop_assert_eq!(firm.count("contacts").await, i64::try_from(first.created).unwrap());
            prop_assert_eq!(firm.count("users").await, i64::try_from(first.created_users).unwrap());
            prop_assert_eq!(firm.count("companies").await, i64::try_from(first.created_companies).unwrap());
            let notes = firm.count("notes").await;
            let second = firm.import(ImportKind::Contacts, &content).await;
            prop_assert_eq!([second.created, second.created_users, second.created_companies], [0, 0, 0]);
            prop_assert_eq!(firm.count("notes").await, notes);
            Ok(())
        })?;
    }
}
