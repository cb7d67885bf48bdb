//! Answers that say nothing, too little, or that they will not.

use serde_json::json;

use super::super::case::{Case, Ends, When};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let refusal =
        case("a refusal", When::Before, &json!({"text": null, "refusal": "No, I will not do this."}));
    let declined = refusal.same().fails("provider_error", "declined");
    vec![
        case("an empty answer", When::Before, &json!({"empty": true}))
            .fails("provider_error", "2 empty")
            .ends(Ends::Pause),
        case("blanks for an answer", When::After, &json!({"text": "   "}))
            .breaks_at_the_end("provider_error", "answered"),
        case("thoughts and no answer", When::Before, &json!({"thoughts_only": true}))
            .fails("provider_error", "answered"),
        case("an empty answer, `length`", When::Before, &json!({"empty": true, "finish": "length"}))
            .fails("provider_error", "2 empty")
            .ends(Ends::Pause),
        case("the model's own length limit", When::After, &json!({"finish": "length"})).cut_at("the answer"),
        case("a content filter", When::Before, &json!({"empty": true, "finish": "content_filter"}))
            .fails("provider_error", "declined"),
        case("a content filter", When::After, &json!({"finish": "content_filter"}))
            .breaks_at_the_end("provider_error", "declined"),
        refusal.anthropic(declined),
        case("`stop_reason` `refusal`", When::After, &json!({"finish": "refusal"}))
            .breaks_at_the_end("provider_error", "declined"),
        case("a finish reason that nobody knows", When::After, &json!({"finish": "because"})),
    ]
}
