//! The aggregates of every type of record: `deals.aggregate`, `matters.aggregate` …

mod figures;
mod groupings;

use lexi_store::{Aggregate, Cycle, Group, Measures, Totals, add_totals, aggregate};
use lexi_types::records::RecordType;
use lexi_types::{Period, Scope};
use serde_json::{Map, Value, json};

use super::outcome::counted;
use super::schema::{choice, one_of};
use super::{Tool, ToolOutcome};
use crate::CrmError;
use crate::crm::View;
use crate::filter::{Arguments, Asked, choices, choose, filters, filters_in_brief, read_scope, texts};
use figures::{Wanted, change, figures};
use groupings::{Grouping, Keys, Narrowed, NaturalOrder};

const GROUPS_MAX: i64 = 200;
const GROUPS: i64 = 50;
/// The key of the records that have no owner, no stage …
const NO_KEY: &str = "(none)";

macro_rules! tool {
    ($constant:ident, $kind:ident, $name:literal, $description:literal) => {
        pub(super) const $constant: Tool = Tool {
            name: $name,
            description: $description,
            scope: scope(RecordType::$kind),
            arguments: || arguments(RecordType::$kind),
            required: &[],
            call: |view, args| Box::pin(run(view, RecordType::$kind, args)),
        };
    };
}

tool!(
    DEALS,
    Deal,
    "deals.aggregate",
    "Count, sum, average, median, smallest, largest and probability-weighted value of deals, win rate and days from \
     creation to close, computed by the database, in total and by group. Use this for every number about deals. \
     Currencies are never added up. Filters as in deals.search."
);
tool!(
    MATTERS,
    Matter,
    "matters.aggregate",
    "Count matters and measure the days from opening to closing, in total and by group. Use this for every number \
     about matters. Filters as in matters.search."
);
tool!(
    TASKS,
    Task,
    "tasks.aggregate",
    "Count tasks, in total and by group. Use this for every number about tasks. Filters as in tasks.search."
);
tool!(
    CONTACTS,
    Contact,
    "contacts.aggregate",
    "Count contacts, in total and by group. Use this for every number about contacts. Filters as in contacts.search."
);
tool!(
    COMPANIES,
    Company,
    "companies.aggregate",
    "Count companies, in total and by group. Use this for every number about companies. Filters as in companies.search."
);
tool!(
    NOTES,
    Note,
    "notes.aggregate",
    "Count notes, in total and by group. Use this for every number about notes. Filters as in notes.search."
);
tool!(
    ACTIVITIES,
    Activity,
    "activities.aggregate",
    "Count activities such as calls and meetings, in total and by group. Several values of a filter mean any of them."
);

const fn scope(kind: RecordType) -> Scope {
    read_scope(kind)
}

fn arguments(kind: RecordType) -> Arguments {
    let mut own = Arguments::default();
    // Of what there is but one of, there is nothing to choose.
    let mut offer = |name: &'static str, values: &[&str], schema| {
        if values.len() > 1 {
            own.offered.insert(name.to_owned(), schema);
        } else {
            own.unoffered.push(name);
        }
    };
    let (measures, dates) = (figures::names(kind), groupings::date_fields(kind));
    let unless_said = match kind {
        RecordType::Deal => "What to compute; count, sum, average and weighted unless said",
        _ => "What to compute; count unless said",
    };
    offer("measures", measures, choices(measures, unless_said));
    offer("rank_by", measures, choice(measures, "Order the groups by this; count unless said"));
    offer("date_field", dates, choice(dates, "The date by which day, month … group"));
    let groups = format!("One row per value of one or two of these: {}", groupings::names(kind).join(", "));
    let filters = match kind {
        // There is no search for them.
        RecordType::Activity => filters(kind),
        _ => filters_in_brief(kind),
    };
    filters.and(own).and(json!({
        "group_by": texts(&groups),
        "order": one_of(&["desc", "asc"]),
        "top": {
            "type": "integer", "minimum": 1, "maximum": GROUPS_MAX, "default": GROUPS,
            "description": "How many groups; the rest is summed up in `other`",
        },
        "compare": choice(
            &["previous_period", "previous_year"],
            "The same for the time before too; needs exactly one period",
        ),
    }))
}

/// Everything about one aggregate but its period.
struct Order<'a> {
    kind: RecordType,
    groupings: &'a [Grouping],
    wanted: &'a Wanted,
    rank: Option<&'static str>,
    ascending: bool,
    top: usize,
}

async fn run(view: &mut View<'_, '_>, kind: RecordType, args: &Asked) -> Result<ToolOutcome, CrmError> {
    view.access.require(scope(kind))?;
    let wanted = Wanted::read(kind, args)?;
    let rank = match args.text("rank_by")? {
        Some(text) => Some(choose("rank_by", &text, figures::names(kind))?),
        None => None,
    };
    let ascending = matches!(args.choice("order", &["desc", "asc"])?.as_deref(), Some("asc"));
    let top = args.number("top")?.unwrap_or(GROUPS).clamp(1, GROUPS_MAX);
    let narrowed = view.filter(kind, args).await?;
    let date_field = groupings::date_field(kind, args, &narrowed.1)?;
    let groupings = groupings::read(view, kind, args, date_field).await?;
    let order = Order {
        kind,
        groupings: &groupings,
        wanted: &wanted,
        rank,
        ascending,
        top: usize::try_from(top).unwrap_or(1),
    };
    let (mut result, totals) = computed(view, &narrowed, &order).await?;
    if groupings.iter().any(|grouping| grouping.order == NaturalOrder::Time) {
        result.insert("date_field".to_owned(), json!(date_field));
    }
    if let Some(compare) = args.choice("compare", &["previous_period", "previous_year"])? {
        let earlier = earlier(kind, args, &compare)?;
        let narrowed = view.filter(kind, &earlier).await?;
        let (previous, before) = computed(view, &narrowed, &order).await?;
        result.insert("change".to_owned(), change(kind, &totals, &before));
        result.insert("previous".to_owned(), Value::Object(previous));
    }
    let count = figures::count(&totals);
    let mut summary = format!("Counted {}", counted(count, kind.as_str(), kind.plural()));
    if let Some(groups) = result.get("groups_total").and_then(Value::as_i64).filter(|groups| *groups > 0) {
        summary.push_str(&format!(" in {}", counted(groups, "group", "groups")));
    }
    Ok(ToolOutcome::new(summary, Value::Object(result), Vec::new()))
}

/// The same question about the time before.
fn earlier(kind: RecordType, args: &Asked, compare: &str) -> Result<Asked, CrmError> {
    let names: Vec<&str> = crate::filter::period_names(kind).filter(|name| args.has(name)).collect();
    let [name] = names.as_slice() else {
        return Err(CrmError::invalid(format!(
            "compare needs exactly one period to go back from, in {}.",
            crate::filter::period_names(kind).collect::<Vec<_>>().join(" or ")
        )));
    };
    let period = args.period(name)?;
    let before = period.and_then(|period| match compare {
        "previous_year" => period.previous_year(),
        _ => period.previous(),
    });
    let before: Period = before.ok_or_else(|| {
        CrmError::invalid(format!("compare needs a period with a beginning and an end in {name}."))
    })?;
    Ok(args.with(name, before.text()))
}

async fn computed(
    view: &mut View<'_, '_>,
    (filter, filters): &Narrowed,
    order: &Order<'_>,
) -> Result<(Map<String, Value>, Totals), CrmError> {
    let measures = Measures {
        median: order.wanted.median(),
        cycle: order.wanted.has("cycle_days").then_some(match order.kind {
            RecordType::Matter => Cycle::Matters,
            _ => Cycle::Deals,
        }),
    };
    let by: Vec<_> = order.groupings.iter().map(|grouping| grouping.by.clone()).collect();
    let Aggregate { totals, mut groups } = aggregate(view.tx, filter, &by, measures).await?;
    let number = groups.len();
    sort(view, &mut groups, order, &totals).await?;
    let by_time = order.rank.is_none()
        && order.groupings.first().is_some_and(|grouping| grouping.order == NaturalOrder::Time);
    // Of times the latest are kept, of everything else the first.
    let rest = match (number > order.top, by_time) {
        (false, _) => Vec::new(),
        (true, false) => groups.split_off(order.top),
        (true, true) => groups.drain(..number - order.top).collect(),
    };
    let mut result = Map::from_iter([
        ("filters".to_owned(), json!(filters)),
        ("group_by".to_owned(), group_names(order.groupings)),
        ("measures".to_owned(), json!(order.wanted.measures())),
    ]);
    result.extend(figures(order.kind, order.wanted, &totals, "total"));
    result.insert("groups".to_owned(), Value::Array(lines(view, &groups, order).await?));
    result.insert("groups_total".to_owned(), json!(number));
    result.insert("truncated".to_owned(), json!(!rest.is_empty()));
    if let Some(currency) = order.rank.and_then(|rank| figures::ranking_currency(rank, &totals)) {
        result.insert("ranked_in".to_owned(), json!(currency));
    }
    if !rest.is_empty() {
        let mut sums = Totals::new();
        rest.iter().for_each(|group| add_totals(&mut sums, &group.totals));
        let mut other = figures(order.kind, order.wanted, &sums, "count");
        other.insert("groups".to_owned(), json!(rest.len()));
        result.insert("other".to_owned(), Value::Object(other));
    }
    if order.groupings.iter().any(|grouping| grouping.name == "tag") {
        result.insert("overlapping".to_owned(), json!(true));
    }
    Ok((result, totals))
}

fn group_names(groupings: &[Grouping]) -> Value {
    match groupings {
        [] => Value::Null,
        [one] => json!(one.name),
        several => json!(several.iter().map(|grouping| &grouping.name).collect::<Vec<_>>()),
    }
}

async fn lines(view: &mut View<'_, '_>, groups: &[Group], order: &Order<'_>) -> Result<Vec<Value>, CrmError> {
    let mut names: Vec<Vec<Option<String>>> = Vec::new();
    for (place, grouping) in order.groupings.iter().enumerate() {
        let keys: Vec<Option<String>> =
            groups.iter().map(|group| group.keys.get(place).cloned().flatten()).collect();
        names.push(match grouping.named {
            Some(keys_of) => groupings::key_names(view, keys_of, &keys).await?,
            None => keys,
        });
    }
    let ids = match order.groupings {
        [one] => matches!(one.named, Some(Keys::Of(_) | Keys::Clients)),
        _ => false,
    };
    let mut lines = Vec::with_capacity(groups.len());
    for (index, group) in groups.iter().enumerate() {
        let keys: Vec<&str> = names
            .iter()
            .map(|column| column.get(index).and_then(Option::as_deref).unwrap_or(NO_KEY))
            .collect();
        let mut line = Map::from_iter([("key".to_owned(), json!(keys.join(" / ")))]);
        if keys.len() > 1 {
            line.insert("keys".to_owned(), json!(keys));
        }
        if let Some(id) = group.keys.first().cloned().flatten().filter(|_| ids) {
            line.insert("id".to_owned(), json!(id));
        }
        line.extend(figures(order.kind, order.wanted, &group.totals, "count"));
        lines.push(Value::Object(line));
    }
    Ok(lines)
}

/// Times as in the year, stages as in the pipeline, everything else by rank.
async fn sort(
    view: &mut View<'_, '_>,
    groups: &mut [Group],
    order: &Order<'_>,
    totals: &Totals,
) -> Result<(), CrmError> {
    let natural = order.groupings.first().map_or(NaturalOrder::Rank, |grouping| grouping.order);
    match (order.rank, natural) {
        (None, NaturalOrder::Time) => {
            groups.sort_by(|a, b| {
                let first = |group: &Group| group.keys.first().cloned().flatten();
                (first(a).is_none(), first(a), &a.keys).cmp(&(first(b).is_none(), first(b), &b.keys))
            });
        }
        (None, NaturalOrder::Stages) => {
            let stages = view.stage_names().await?;
            let place = |group: &Group| match group.keys.first().cloned().flatten() {
                Some(key) => stages.iter().position(|stage| *stage == key).unwrap_or(stages.len()),
                None => stages.len() + 1,
            };
            groups.sort_by_cached_key(|group| (place(group), group.keys.clone()));
        }
        _ => {
            let measure = order.rank.unwrap_or("count");
            let currency = figures::main_currency(totals);
            groups.sort_by(|a, b| {
                let (a_rank, b_rank) = (
                    figures::rank(measure, &a.totals, currency),
                    figures::rank(measure, &b.totals, currency),
                );
                // What has no such figure is last either way.
                let by_rank = match (a_rank, b_rank, order.ascending) {
                    (Some(a), Some(b), true) => a.cmp(&b),
                    (Some(a), Some(b), false) => b.cmp(&a),
                    (a, b, _) => b.is_some().cmp(&a.is_some()),
                };
                by_rank.then_with(|| a.keys.cmp(&b.keys))
            });
        }
    }
    Ok(())
}
