//! Chat completions as OpenAI publishes them and as Ollama, vLLM, llama.cpp, OpenRouter, Gemini and others speak them.
//! Only what all of them share is relied on.

mod assembly;
mod request;

pub(crate) use assembly::Assembly;
pub(crate) use request::{body, unsigned};
