//! What a model may see and do, whatever the records tell it: the key decides, and text of records is data.

mod hostile;
mod links;
mod records;
mod scopes;
mod seen;
