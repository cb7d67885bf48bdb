//! What is asked for: figures, lists, one record, comparisons, an order.

use super::Table;
use crate::builtin::tag::Tag;

#[rustfmt::skip] // one phrase a line would hide what belongs together
pub(super) const WORDS: Table = &[
    (Tag::Count, &[
        "how many", "number of", "numbers of", "number", "no of", "nr of", "count of", "count", "counts",
        "headcount", "quantity of", "quantity", "amount of deals", "the number",
    ]),
    (Tag::Sum, &[
        "total value of", "total value", "combined value of", "combined value", "total worth of", "total worth",
        "total amount of", "total amount", "total volume of", "total volume", "total sum of", "sum of", "sum",
        "worth of", "overall value", "in total value", "book of business", "volume", "volumes", "sums",
    ]),
    (Tag::Total, &["total", "totals", "combined", "in sum", "grand total", "cumulative"]),
    (Tag::HowMuch, &["how much money", "how much business", "how much"]),
    (Tag::Value, &[
        "estimated value", "deal value", "deal values", "deal size", "deal sizes", "ticket size", "in value",
        "by value", "value", "values", "worth", "amount", "amounts", "money", "valued", "valued at", "priced",
        "in euro value",
    ]),
    (Tag::Average, &[
        "on average", "on avg", "average", "averages", "avg", "mean", "typical", "typically", "in average",
        "averaged",
    ]),
    (Tag::Median, &["median number of days", "median"]),
    (Tag::Weighted, &["probability weighted", "weighted by probability", "weighted value", "weighted"]),
    (Tag::Forecast, &[
        "forecast", "forecasted", "forecasts", "expected revenue", "expected value", "expected to bring in",
        "projected",
    ]),
    (Tag::Revenue, &["revenue", "revenues", "money did we make", "money have we made", "how much did we make",
        "how much have we made", "how much money did we make", "how much money have we made", "made the most money",
        "makes the most money", "turnover", "income", "earned", "earn", "won value", "sales volume"]),
    (Tag::WinRate, &[
        "win rate", "win rates", "winrate", "win ratio", "winning rate", "conversion rate", "conversion rates",
        "success rate", "success rates", "hit rate", "close rate", "closing rate", "win percentage",
        "win loss ratio", "win quote", "how often do we win", "how often did we win", "how often does",
        
        "batting average", "track record",
    ]),
    (Tag::Share, &[
        "what percentage of", "what percentage", "what percent of", "what percent", "what share of", "what share", "what proportion of", "what proportion", "what fraction of",
        "percentage of", "share of", "proportion of", "how high is the share of", "how large is the share of", "which percentage of", "which share of",
    ]),
    (Tag::Cycle, &[
        "sales cycle length", "sales cycle", "deal cycle", "cycle time", "cycle times", "cycle length",
        "time to close", "time to win", "days to close", "days to win", "average duration", "duration",
        "durations", "how long", "how many days do we need", "how many days does it take",
        "how many days did it take", "how many days do", "how many days does", "how many days did",
        "how many days", "how many days on average", "number of days it takes", "number of days", "days it takes",
        "median number of days it takes", "how fast do we close", "how fast do we win", "how quickly do we close",
        "how quickly do we win", "how fast", "how quickly", "between creating a deal and winning it",
        "pass between creating a deal and winning it", "between creation and close", "from creation to close",
        "from opening to closing", "between opening and closing", "turnaround time", "turnaround", "lifespan",
    ]),
    (Tag::List, &[
        "list all", "list", "lists", "show me", "show us", "show", "display", "find me", "find", "give me",
        "give us", "gimme", "get me", "get", "pull up", "let me see", "name the", "names of", "i need", "i want",
        "i d like", "id like", "search for", "search", "look up", "lookup", "what are", "send me", "tell me which",
        "overview over",
    ]),
    (Tag::Which, &["which"]),
    (Tag::Who, &["who", "whom", "whose", "who has", "who have", "who had"]),
    (Tag::What, &["what", "whats"]),
    (Tag::When, &["when", "on what date", "what date", "what day", "on which date", "on which day", "since when"]),
    (Tag::Where, &["where"]),
    (Tag::Is, &["is", "was", "are", "were", "has", "have", "had"]),
    (Tag::Will, &["will", "shall", "going to happen", "predict"]),
    (Tag::Summary, &[
        "summarize", "summarise", "summary of", "summary", "overview of", "overview", "recap", "status report",
        "state of", "rundown of", "rundown", "snapshot of", "snapshot",
    ]),
    (Tag::Compare, &[
        "compare", "compares", "comparing", "comparison of", "comparison", "difference between",
        "how do we compare",
    ]),
    (Tag::Versus, &[
        "compared with", "compared to", "compared against", "in comparison with", "in comparison to", "versus",
        "vs", "against", "relative to", "as opposed to", "rather than",
    ]),
    (Tag::Apart, &[
        "one figure for", "one number for", "and one for", "one for", "separately", "each of them", "each of these", "each of those", "each one of them", "for each of them", "for each of the two", "each separately",
        "seperately", "individually", "side by side", "next to each other", "respectively",
    ]),
    (Tag::Than, &["than", "then in", "than in", "than during"]),
    (Tag::More, &["more", "better", "higher", "bigger", "up on", "busier", "faster"]),
    (Tag::Fewer, &["fewer", "less", "lower", "worse", "slower"]),
    (Tag::Before, &[
        "the one before", "the month before", "the quarter before", "the week before", "the previous one",
        "the period before", "the previous period", "previous period", "previous one", "the prior one",
        "prior period", "the last one", "month over month", "quarter over quarter", "week over week",
    ]),
    (Tag::YearBefore, &[
        "year over year", "year on year", "yoy", "the year before", "a year ago", "a year earlier",
        "same period last year", "same quarter last year", "same month last year", "same time last year",
        "the same period last year", "the same quarter last year", "the same month last year",
        "the same time last year", "same quarter a year ago", "same month a year ago",
        "the same quarter of last year", "the same month of last year",
    ]),
    (Tag::Top, &["top", "best", "leading", "the top"]),
    (Tag::Most, &[
        "most common", "most frequent", "most often", "the most", "most", "busiest", "greatest number of",
        "highest number of", "largest number of",
    ]),
    (Tag::Fewest, &[
        "fewest", "least common", "the least", "least", "rarest", "lowest number of", "smallest number of",
        "worst",
    ]),
    (Tag::Largest, &[
        "most valuable", "largest", "biggest", "highest", "greatest", "most expensive", "maximum", "max",
        "priciest", "huge",
    ]),
    (Tag::Smallest, &["smallest", "lowest", "least valuable", "minimum", "min", "cheapest", "tiniest"]),
    (Tag::Newest, &[
        "most recent", "most recently created", "most recently added", "most recently", "newest", "latest",
        "recent", "recently", "recently added", "recently created", "last", "lately", "freshest",
        "youngest",
    ]),
    (Tag::Coming, &["next", "upcoming", "coming up next", "coming up"]),
    (Tag::Oldest, &[
        "oldest", "earliest", "first", "longest open", "longest running", "open the longest",
        "open for the longest", "the longest", "longest",
    ]),
    (Tag::Updated, &[
        "most recently updated", "recently updated", "most recently changed", "recently changed", "last updated",
        "latest changed", "last changed", "recently modified", "last modified", "most recently modified",
    ]),
    (Tag::Everything, &[
        "show me everything about", "show me everything on", "tell me everything about", "tell me everything on",
        "tell me all about", "give me everything on", "give me everything about", "give me everything we have on",
        "everything we have on", "everything we know about", "everything you know about", "everything you have on",
        "everything about", "everything on", "all we have on", "all we know about", "all about", "all info on",
        "all information on", "all information about", "full profile of", "full picture of", "full picture on",
    ]),
    (Tag::ThatOne, &["the one at", "the one from", "the one with", "the one in", "the one who works at", "the one working at", "the one of", "the one called", "the one named"]),
    (Tag::About, &[
        "give me the details on", "give me the details of", "give me details on", "give me details about",
        "give me details of", "give me information on", "give me information about", "give me info on",
        "give me an overview of", "give me a summary of", "tell me more about", "tell me about", "tell us about",
        "tell me sth about", "tell me something about", "what do we know about", "what do you know about",
        "what do we have about", "what can you tell me about", "what do we have on", "what have we got on",
        "what have you got on", "what do you have on", "what is going on with", "whats going on with",
        "what is happening with", "whats happening with", "whats up with", "information on", "information about",
        "info on", "info about", "infos on", "details on", "details about", "details of", "details for",
        "background on", "profile of", "record of", "describe", "brief me on", "bring up", "open up",
    ]),
];
