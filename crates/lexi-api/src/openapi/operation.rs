//! One operation of the API: what it takes and what it answers. What all operations have in common (the key, the errors that
//! any may give, `Idempotency-Key` and its conflict) is added here, so that a description says only what is its own.

use lexi_types::ErrorCode;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::link::LinkBuilder;
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{RefOr, Required};

use super::schema::{
    Shape, any_of, blank, integer, integer_of, list, must, named, object, pattern, text, uuid,
};
use crate::router::Route;

pub(super) const SECURITY: &str = "bearer";

pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) path: String,
    id: String,
    summary: String,
    about: String,
    parameters: Vec<Parameter>,
    body: Option<Shape>,
    answers: Vec<Answer>,
    fails: Vec<ErrorCode>,
    is_once: bool,
}

struct Answer {
    status: u16,
    builder: ResponseBuilder,
}

/// An operation with the name that generated clients give it, and what it does in a few words.
pub(super) fn operation(
    method: &'static str,
    path: impl Into<String>,
    id: impl Into<String>,
    summary: impl Into<String>,
) -> Operation {
    let path = path.into();
    let with_id = path.contains("{id}");
    let operation = Operation {
        method,
        path,
        id: id.into(),
        summary: summary.into(),
        about: String::new(),
        parameters: Vec::new(),
        body: None,
        answers: Vec::new(),
        fails: Vec::new(),
        is_once: method != "GET",
    };
    if with_id { operation.takes_id(uuid()) } else { operation }
}

impl Operation {
    fn takes_id(mut self, shape: Shape) -> Self {
        let id = ParameterBuilder::new().name("id").parameter_in(ParameterIn::Path).required(Required::True);
        self.parameters.push(id.schema(Some(shape)).build());
        self
    }

    pub(super) fn about(self, about: impl Into<String>) -> Self {
        Self { about: about.into(), ..self }
    }

    /// A query parameter; an empty one counts as absent.
    pub(super) fn query(mut self, name: &str, shape: Shape, description: &str) -> Self {
        let empty = Extensions::from_iter([("allowEmptyValue", true)]);
        let description = Some(description).filter(|text| !text.is_empty());
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(description)
            .extensions(Some(empty))
            .schema(Some(shape));
        self.parameters.push(parameter.build());
        self
    }

    /// One that may be given several times.
    pub(super) fn query_list(mut self, name: &str, item: Shape, description: &str) -> Self {
        let description = Some(description).filter(|text| !text.is_empty());
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(description)
            .schema(Some(list(any_of([item, blank()]))));
        self.parameters.push(parameter.build());
        self
    }

    pub(super) fn paged(self, per_page: i64) -> Self {
        self.query("page", integer_of(1, 1_000_000), "From 1").query(
            "per_page",
            integer_of(1, 100),
            &format!("{per_page} unless given"),
        )
    }

    pub(super) fn header(mut self, name: &str, shape: Shape, description: &str) -> Self {
        let header = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(shape));
        self.parameters.push(header.build());
        self
    }

    pub(super) fn body(self, shape: Shape) -> Self {
        Self { body: Some(shape), ..self }
    }

    /// `{"data": …}`
    pub(super) fn answers(self, status: u16, description: &str, data: Shape) -> Self {
        self.answers_as(status, description, "application/json", object([must("data", data)]))
    }

    /// One page of a list.
    pub(super) fn lists(self, plural: &str, item: Shape) -> Self {
        let rows = object([must(plural, list(item))]);
        let page = object([must("data", rows), must("meta", named("Meta"))]);
        self.answers_as(200, "One page, and how many there are on all", "application/json", page)
    }

    pub(super) fn answers_as(mut self, status: u16, description: &str, media: &str, shape: Shape) -> Self {
        let content = ContentBuilder::new().schema(Some(shape)).build();
        let builder = ResponseBuilder::new().description(description).content(media, content);
        self.answers.push(Answer { status, builder: told_of(builder) });
        self
    }

    /// The same answer in either of two forms.
    pub(super) fn answers_either(
        mut self,
        status: u16,
        description: &str,
        forms: [(&str, Shape); 2],
    ) -> Self {
        let builder = forms.into_iter().fold(
            ResponseBuilder::new().description(description),
            |builder, (media, shape)| {
                builder.content(media, ContentBuilder::new().schema(Some(shape)).build())
            },
        );
        self.answers.push(Answer { status, builder: told_of(builder) });
        self
    }

    pub(super) fn answers_empty(mut self, status: u16, description: &str) -> Self {
        let builder = told_of(ResponseBuilder::new().description(description));
        self.answers.push(Answer { status, builder });
        self
    }

    /// The answer given last has this header.
    pub(super) fn with_header(mut self, name: &str, shape: Shape) -> Self {
        if let Some(last) = self.answers.pop() {
            let builder = last.builder.header(name, HeaderBuilder::new().schema(Some(shape)).build());
            self.answers.push(Answer { builder, ..last });
        }
        self
    }

    /// What the answer given last holds is what `parameter` of another operation takes.
    pub(super) fn leads_to(mut self, operation: &str, parameter: &str, expression: &str) -> Self {
        if let Some(last) = self.answers.pop() {
            let link = LinkBuilder::new().operation_id(operation).parameter(parameter, expression).build();
            self.answers.push(Answer { builder: last.builder.link(operation, link), ..last });
        }
        self
    }

    /// The same, with a body for the other operation.
    pub(super) fn leads_to_with(
        mut self,
        operation: &str,
        parameter: &str,
        expression: &str,
        body: serde_json::Value,
    ) -> Self {
        if let Some(last) = self.answers.pop() {
            let link = LinkBuilder::new().operation_id(operation).parameter(parameter, expression);
            let link = link.request_body(Some(body)).build();
            self.answers.push(Answer { builder: last.builder.link(operation, link), ..last });
        }
        self
    }

    /// Codes besides those that every operation may answer with.
    pub(super) fn fails(mut self, codes: &[ErrorCode]) -> Self {
        self.fails.extend(codes);
        self
    }

    /// For what is no change: it takes no `Idempotency-Key`, or has its own way with it.
    pub(super) fn not_once(self) -> Self {
        Self { is_once: false, ..self }
    }

    pub(super) fn build(self, route: &Route) -> utoipa::openapi::path::Operation {
        let mut codes = self.fails;
        codes.extend([ErrorCode::InternalError, ErrorCode::Unavailable]);
        let keyed = route.needs != "none";
        let scoped = keyed && route.needs != "any key";
        if keyed {
            codes.extend([ErrorCode::InvalidKey, ErrorCode::RateLimited]);
        }
        if scoped {
            codes.push(ErrorCode::InsufficientPermissions);
        }
        if self.body.is_some() {
            codes.push(ErrorCode::PayloadTooLarge);
        }
        let mut parameters = self.parameters;
        if self.is_once {
            codes.push(ErrorCode::IdempotencyConflict);
            parameters.push(idempotency_key());
        }
        if self.body.is_some() || !parameters.is_empty() {
            codes.push(ErrorCode::ValidationError);
        }
        let scope = match route.needs {
            "none" => "Needs no key.".to_owned(),
            "any key" => "Any key may call it.".to_owned(),
            scope => format!("Scope: `{scope}`."),
        };
        let tag = route.path.trim_start_matches("/v1/").split('/').next().unwrap_or_default();
        let about = [self.about.as_str(), scope.as_str()].join(" ");
        let mut operation = OperationBuilder::new()
            .operation_id(Some(self.id))
            .summary(Some(self.summary))
            .description(Some(about.trim()))
            .tag(tag)
            .parameters(Some(parameters));
        if keyed {
            operation = operation.security(SecurityRequirement::new(SECURITY, [""; 0]));
        }
        if let Some(shape) = self.body {
            let content = ContentBuilder::new().schema(Some(shape)).build();
            let body =
                RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", content);
            operation = operation.request_body(Some(body.build()));
        }
        for answer in self.answers {
            let mut builder = answer.builder;
            if self.is_once {
                builder =
                    builder.header("Idempotent-Replayed", HeaderBuilder::new().schema(Some(text())).build());
            }
            operation = operation.response(answer.status.to_string(), builder.build());
        }
        codes.sort_by_key(|code| (code.status(), code.as_str()));
        codes.dedup();
        for same in codes.chunk_by(|one, other| one.status() == other.status()) {
            let Some(first) = same.first() else { continue };
            operation = operation.response(first.status().to_string(), failure(same));
        }
        operation.build()
    }
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A UUID. The same request with the same key within 24 hours gets the first answer again",
        ))
        .schema(Some(uuid()))
        .build()
}

/// The headers of every answer to a known key.
fn told_of(builder: ResponseBuilder) -> ResponseBuilder {
    let id = HeaderBuilder::new().schema(Some(pattern("^req_[0-9A-Z]{26}$"))).build();
    ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]
        .into_iter()
        .fold(builder.header("X-Request-ID", id), |builder, name| {
            builder.header(name, HeaderBuilder::new().schema(Some(integer())).build())
        })
}

/// An error with one of these codes, which share a status.
fn failure(codes: &[ErrorCode]) -> RefOr<Response> {
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let told: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let shape = object([must("error", super::errors::error(&names))]);
    let content = ContentBuilder::new().schema(Some(shape)).build();
    let mut builder =
        ResponseBuilder::new().description(told.join(", ")).content("application/json", content);
    let wait = matches!(codes.first().map(|code| code.status()), Some(429 | 503));
    if wait {
        let seconds = HeaderBuilder::new().schema(Some(integer())).description(Some("Seconds"));
        builder = builder.header("Retry-After", seconds.build());
    }
    RefOr::T(builder.build())
}
