//! A small law office to ask about, and a store to keep it in.

use lexi_crm::{Access, Crm, ToolDefinition, ToolOutcome};
use lexi_store::{
    OpenOptions, Store, activities, companies, contacts, deals, matters, notes, pipelines, tasks, users,
};
use lexi_types::records::{Activity, Company, Contact, Deal, Matter, Note, Pipeline, Task, User};
use lexi_types::{Date, KeyId, RecordId, ScopeSet, Timestamp, WorkspaceId};
use serde_json::Value;

use crate::records::pipeline;

#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) workspace: WorkspaceId,
    pub(crate) users: Vec<User>,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) companies: Vec<Company>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) deals: Vec<Deal>,
    pub(crate) matters: Vec<Matter>,
    pub(crate) notes: Vec<Note>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) activities: Vec<Activity>,
}

pub(crate) struct World {
    pub(crate) crm: Crm,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn of(offices: &[&Office]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions { readers: 1, ..OpenOptions::default() };
        let store = Store::open_sqlite(&folder.path().join("lexi.db"), options).await.unwrap();
        for office in offices {
            office.write(&store).await;
        }
        Self { crm: Crm::new(store), _folder: folder }
    }

    /// The tools that read, which answer when they are called.
    pub(crate) fn reading(&self, office: &Office) -> Vec<ToolDefinition> {
        let mut tools = self.crm.tools(&office.access());
        tools.retain(|tool| !self.crm.writes(tool.name));
        tools
    }

    pub(crate) async fn call(&self, access: &Access, tool: &str, arguments: Value) -> ToolOutcome {
        self.crm.call_tool(access, tool, &arguments.to_string()).await.unwrap()
    }

    /// The result of a call that must succeed.
    pub(crate) async fn ask(&self, office: &Office, tool: &str, arguments: Value) -> Value {
        let outcome = self.call(&office.access(), tool, arguments).await;
        assert!(!outcome.is_error, "{tool}: {}", outcome.result);
        outcome.result
    }

    /// The result of a call that must fail.
    pub(crate) async fn refused(&self, office: &Office, tool: &str, arguments: Value) -> Value {
        let outcome = self.call(&office.access(), tool, arguments).await;
        assert!(outcome.is_error, "{tool}: {}", outcome.result);
        assert!(outcome.records.is_empty() && !outcome.summary.is_empty());
        assert!(!outcome.result["message"].as_str().unwrap().is_empty());
        outcome.result
    }
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn moment(text: &str) -> Timestamp {
    day(text).start()
}

impl Office {
    pub(crate) fn access(&self) -> Access {
        self.access_with(ScopeSet::all())
    }

    /// A key of the first user.
    pub(crate) fn access_with(&self, scopes: ScopeSet) -> Access {
        let user_id = self.users.first().map(|user| user.id);
        Access { workspace: self.workspace, key_id: KeyId::new(), scopes, user_id }
    }

    pub(crate) fn empty() -> Self {
        Self {
            workspace: WorkspaceId::new(),
            users: Vec::new(),
            pipelines: Vec::new(),
            companies: Vec::new(),
            contacts: Vec::new(),
            deals: Vec::new(),
            matters: Vec::new(),
            notes: Vec::new(),
            tasks: Vec::new(),
            activities: Vec::new(),
        }
    }

    /// Two lawyers, three companies, four contacts, six deals, two matters, three notes, four tasks.
    pub(crate) fn new() -> Self {
        let mut office = Self::empty();
        let nadia = office.user("Nadia Rahman", "nadia@harcourt.test");
        let jonas = office.user("Jonas Weiß", "jonas@harcourt.test");
        office.pipelines.push(pipeline("New business", &["Lead", "Proposal", "Negotiation"]));
        let acme = office.company("Müller & Söhne GmbH", "Manufacturing", "Köln");
        let blue = office.company("Blue Harbor Ltd", "Shipping", "London");
        office.company("100% Organic", "Food", "Köln");
        let anna = office.contact(
            "Anna Müller",
            "Anna@Mueller.test",
            Some((acme, "Müller & Söhne GmbH")),
            "Lead",
            nadia,
        );
        let brian = office.contact(
            "Brian O'Connor",
            "brian@blue.test",
            Some((blue, "Blue Harbor Ltd")),
            "Customer",
            jonas,
        );
        office.contact("Anna Schmidt", "anna.schmidt@home.test", None, "Lead", jonas);
        office.contact("José Álvarez", "jose_a@home.test", None, "Customer", nadia);
        office.deal(
            "Supply contract",
            "Lead",
            "active",
            Some(1_000_000),
            Some(10),
            nadia,
            Some(acme),
            Some(anna),
        );
        office.deal(
            "Warehouse lease",
            "Proposal",
            "active",
            Some(2_500_050),
            Some(50),
            nadia,
            Some(acme),
            Some(anna),
        );
        office.deal(
            "Fleet insurance",
            "Negotiation",
            "active",
            Some(750_000),
            Some(75),
            jonas,
            Some(blue),
            Some(brian),
        );
        office.deal("Trademark filing", "Lead", "active", None, None, jonas, None, None);
        office.deal(
            "Port dispute",
            "Negotiation",
            "won",
            Some(4_000_000),
            Some(100),
            jonas,
            Some(blue),
            Some(brian),
        );
        office.deal("Old claim", "Lead", "lost", Some(100), Some(0), nadia, None, None);
        office.deals[4].closed_date = Some(day("2026-03-15"));
        office.deals[5].closed_date = Some(day("2026-04-01"));
        office.deals[5].currency = "USD".to_owned();
        office.deals[0].tags = vec!["urgent".to_owned(), "100%".to_owned()];
        let deal = office.deals[0].id;
        let harbor =
            office.matter("M-2026-001", "Harbor v. Port Authority", "open", "Litigation", blue, jonas);
        office.matter("M-2026-002", "Müller restructuring", "closed", "Corporate", acme, nadia);
        office.note("Kick-off call", "Anna wants the draft by Friday. Budget is 10_000.", "call", |n| {
            n.contact_id = Some(anna);
            n.deal_id = Some(deal);
        });
        office.note("Strategy", "Settle if the port pays 50% of the damage.", "meeting", |n| {
            n.matter_id = Some(harbor)
        });
        office.note("Lunch", "Prefers e-mail.", "general", |n| {
            n.contact_id = Some(brian);
            n.related_company_id = Some(blue);
        });
        office.task("Send the draft", "open", Some("2026-01-05"), nadia, |t| {
            t.contact_id = Some(anna);
            t.deal_id = Some(deal);
        });
        office
            .task("Call the port", "in_progress", Some("2026-01-09"), jonas, |t| t.matter_id = Some(harbor));
        office
            .task("File the notice", "completed", Some("2026-01-02"), jonas, |t| t.matter_id = Some(harbor));
        office
            .task("Plan the year", "open", Some("2099-01-01"), nadia, |t| t.related_company_id = Some(acme));
        office.activity("Called Anna", anna);
        office
    }

    /// Every id in the office, as text.
    pub(crate) fn ids(&self) -> Vec<String> {
        let mut ids: Vec<RecordId> = self.users.iter().map(|r| r.id).collect();
        ids.extend(self.pipelines.iter().flat_map(|p| p.stages.iter().map(|s| s.id).chain([p.id])));
        ids.extend(self.companies.iter().map(|r| r.id));
        ids.extend(self.contacts.iter().map(|r| r.id));
        ids.extend(self.deals.iter().map(|r| r.id));
        ids.extend(self.matters.iter().map(|r| r.id));
        ids.extend(self.notes.iter().map(|r| r.id));
        ids.extend(self.tasks.iter().map(|r| r.id));
        ids.extend(self.activities.iter().map(|r| r.id));
        ids.into_iter().map(|id| id.to_string()).collect()
    }

    async fn write(&self, store: &Store) {
        let office = self.clone();
        let write = store.write(move |tx| {
            Box::pin(async move {
                let workspace = office.workspace;
                for user in &office.users {
                    users::insert(tx, workspace, user, moment("2026-01-01")).await?;
                }
                for (order, pipeline) in (0..).zip(&office.pipelines) {
                    pipelines::insert(tx, workspace, pipeline, order).await?;
                }
                for company in &office.companies {
                    companies::insert(tx, workspace, company, None).await?;
                }
                for contact in &office.contacts {
                    contacts::insert(tx, workspace, contact, None).await?;
                }
                for deal in &office.deals {
                    deals::insert(tx, workspace, deal, None).await?;
                }
                for matter in &office.matters {
                    matters::insert(tx, workspace, matter, None).await?;
                }
                for note in &office.notes {
                    notes::insert(tx, workspace, note, None).await?;
                }
                for task in &office.tasks {
                    tasks::insert(tx, workspace, task, None).await?;
                }
                for activity in &office.activities {
                    activities::insert(tx, workspace, activity, None).await?;
                }
                Ok(())
            })
        });
        write.await.unwrap();
    }
}

/// The values of one field of a list of objects.
pub(crate) fn field(list: &Value, name: &str) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|item| item[name].clone()).collect()
}
