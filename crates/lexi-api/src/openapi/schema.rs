//! JSON Schemas in few words.

use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, AllOfBuilder, AnyOfBuilder, ArrayBuilder, Object, ObjectBuilder, Ref, Schema,
    SchemaFormat, SchemaType, Type,
};

pub(super) type Shape = RefOr<Schema>;

/// Control characters, for a character class.
const CONTROL: &str = r"\x00-\x1f\x7f-\x9f";

fn plain(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

fn done(builder: ObjectBuilder) -> Shape {
    RefOr::T(Schema::Object(builder.build()))
}

/// Named among the components.
pub(super) fn named(name: &str) -> Shape {
    RefOr::Ref(Ref::from_schema_name(name))
}

pub(super) fn text() -> Shape {
    done(plain(Type::String))
}

pub(super) fn text_of(chars_min: usize, chars_max: usize) -> Shape {
    let bounded = plain(Type::String).max_length(Some(chars_max));
    done(if chars_min > 0 { bounded.min_length(Some(chars_min)) } else { bounded })
}

pub(super) fn pattern(pattern: &str) -> Shape {
    done(plain(Type::String).pattern(Some(pattern)))
}

fn pattern_of(pattern: &str, chars_max: usize) -> Shape {
    done(plain(Type::String).pattern(Some(pattern)).max_length(Some(chars_max)))
}

/// Text on one line. Blanks around it do not count, not even for its length.
pub(super) fn line(chars_max: usize) -> Shape {
    pattern(&format!(r"^\s*(?:{})?\s*$", on_a_line(chars_max)))
}

/// The same with something on it.
pub(super) fn filled_line(chars_max: usize) -> Shape {
    pattern(&format!(r"^\s*{}\s*$", on_a_line(chars_max)))
}

fn on_a_line(chars_max: usize) -> String {
    let between = chars_max.saturating_sub(2);
    format!(r"[^\s{CONTROL}](?:[^{CONTROL}]{{0,{between}}}[^\s{CONTROL}])?")
}

/// Any text that is not blank.
pub(super) fn filled(chars_max: usize) -> Shape {
    pattern_of(r"^\s*\S[\s\S]*$", chars_max)
}

/// What has an @ between two things.
pub(super) fn email(chars_max: usize) -> Shape {
    pattern_of(&format!(r"^[^\s@{CONTROL}]+@[^\s@{CONTROL}]+$"), chars_max)
}

pub(super) fn domain(chars_max: usize) -> Shape {
    pattern_of(&format!(r"^\s*[^\s/@:?#{CONTROL}]+\s*$"), chars_max)
}

pub(super) fn url(chars_max: usize) -> Shape {
    pattern_of(&format!(r"^[hH][tT][tT][pP][sS]?://[^\s/?#{CONTROL}][^\s{CONTROL}]*$"), chars_max)
}

pub(super) fn format(format: &str) -> Shape {
    done(plain(Type::String).format(Some(SchemaFormat::Custom(format.to_owned()))))
}

pub(super) fn uuid() -> Shape {
    format("uuid")
}

pub(super) fn day() -> Shape {
    format("date")
}

pub(super) fn time() -> Shape {
    format("date-time")
}

pub(super) fn day_or_time() -> Shape {
    any_of([day(), time()])
}

pub(super) fn choice(values: &[&str]) -> Shape {
    done(plain(Type::String).enum_values(Some(values.iter().copied())))
}

pub(super) fn integer() -> Shape {
    done(plain(Type::Integer))
}

pub(super) fn integer_from(min: isize) -> Shape {
    done(plain(Type::Integer).minimum(Some(min)))
}

pub(super) fn integer_of(min: isize, max: isize) -> Shape {
    done(plain(Type::Integer).minimum(Some(min)).maximum(Some(max)))
}

/// Exact to two decimals.
pub(super) fn amount() -> Shape {
    done(plain(Type::Number).minimum(Some(0)))
}

pub(super) fn number() -> Shape {
    done(plain(Type::Number))
}

pub(super) fn flag() -> Shape {
    done(plain(Type::Boolean))
}

pub(super) fn null() -> Shape {
    done(plain(Type::Null))
}

/// Text that counts as nothing.
pub(super) fn blank() -> Shape {
    pattern(r"^\s*$")
}

pub(super) fn any_of(shapes: impl IntoIterator<Item = Shape>) -> Shape {
    let any = shapes.into_iter().fold(AnyOfBuilder::new(), AnyOfBuilder::item);
    RefOr::T(Schema::AnyOf(any.build()))
}

pub(super) fn all_of(shapes: impl IntoIterator<Item = Shape>) -> Shape {
    let all = shapes.into_iter().fold(AllOfBuilder::new(), AllOfBuilder::item);
    RefOr::T(Schema::AllOf(all.build()))
}

pub(super) fn or_null(shape: Shape) -> Shape {
    any_of([shape, null()])
}

pub(super) fn list(item: Shape) -> Shape {
    RefOr::T(Schema::Array(ArrayBuilder::new().items(item).build()))
}

pub(super) fn list_of(item: Shape, min: usize, max: usize) -> Shape {
    let bounded = ArrayBuilder::new().items(item).max_items(Some(max));
    let bounded = if min > 0 { bounded.min_items(Some(min)) } else { bounded };
    RefOr::T(Schema::Array(bounded.build()))
}

/// An object of anything.
pub(super) fn map() -> Shape {
    map_of(RefOr::T(Schema::Object(Object::with_type(SchemaType::AnyValue))))
}

pub(super) fn map_of(value: Shape) -> Shape {
    done(plain(Type::Object).additional_properties(Some(AdditionalProperties::RefOr(value))))
}

/// A field of an object.
pub(super) struct Field {
    name: String,
    shape: Shape,
    required: bool,
}

pub(super) fn must(name: impl Into<String>, shape: Shape) -> Field {
    Field { name: name.into(), shape, required: true }
}

pub(super) fn may(name: impl Into<String>, shape: Shape) -> Field {
    Field { name: name.into(), shape, required: false }
}

pub(super) fn object(fields: impl IntoIterator<Item = Field>) -> Shape {
    let mut object = plain(Type::Object);
    for Field { name, shape, required } in fields {
        if required {
            object = object.required(name.clone());
        }
        object = object.property(name, shape);
    }
    done(object)
}

/// Text that is JSON of this shape.
pub(super) fn json_text(shape: Shape) -> Shape {
    let text = plain(Type::String).content_media_type("application/json").content_schema(Some(shape));
    done(text)
}

/// With words about it.
pub(super) fn about(shape: Shape, description: &str) -> Shape {
    if description.is_empty() {
        return shape;
    }
    let description = Some(description.to_owned());
    match shape {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = description;
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = description;
            RefOr::T(Schema::Array(array))
        }
        RefOr::T(Schema::AnyOf(mut any)) => {
            any.description = description;
            RefOr::T(Schema::AnyOf(any))
        }
        other => other,
    }
}

/// With an example, by which tools try it first.
pub(super) fn example(shape: Shape, example: Value) -> Shape {
    match shape {
        RefOr::T(Schema::Object(mut object)) => {
            object.examples.push(example);
            RefOr::T(Schema::Object(object))
        }
        other => other,
    }
}
