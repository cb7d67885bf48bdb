"""Writes a language model of random weights, small enough to be made anew for each run.

    python make_model.py FILE

It is a llama of one layer with a byte-level vocabulary, so any text can be read and written. What it says means
nothing. A few things are not left to chance, because the checks need them. It writes ASCII and goes on until it is cut
off. Asked with tools on offer, it begins with a call of the one that takes no arguments, or with a text where the token
<tool_call> is forbidden. Given a result, it begins with a text.
"""

import collections
import pathlib
import re
import sys

import gguf
import numpy

SEED = 20261125
MERGES = 2000
WIDTH = 32
CONTEXT = 65536
TOOL = "pipelines_list"
CALL, CALLED = "<tool_call>", "</tool_call>"
START, END = "<|im_start|>", "<|im_end|>"

# Tools as Hermes and Qwen are told of them, which servers recognise and turn into a grammar.
TEMPLATE = """\
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}{{- messages[0].content + '\\n\\n' }}{%- endif %}
    {{- '# Tools\\n\\n<tools>' }}
    {%- for tool in tools %}{{- '\\n' + (tool | tojson) }}{%- endfor %}
    {{- '\\n</tools>\\n\\nCall one with <tool_call>\\n{"name": NAME, "arguments": OBJECT}\\n</tool_call>' }}
    {{- '<|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' %}
        {{- '<|im_start|>user\\n' + message.content + '<|im_end|>\\n' }}
    {%- elif message.role == 'assistant' %}
        {{- '<|im_start|>assistant' }}
        {%- if message.content %}{{- '\\n' + message.content }}{%- endif %}
        {%- for call in message.tool_calls or [] %}
            {{- '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
            {%- if call.function.arguments is string %}{{- call.function.arguments }}
            {%- else %}{{- call.function.arguments | tojson }}{%- endif %}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == 'tool' %}
        {{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant' }}
    {%- if tools and messages[-1].role != 'tool' %}{{- '\\n' }}{%- else %}{{- ' ' }}{%- endif %}
{%- endif %}
"""


def letters_of_bytes():
    """The letter that stands for each byte in a byte-level vocabulary: printable ones for themselves."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return {byte: chr(byte if byte in plain else next(others)) for byte in range(256)}


def merges_of(text, letters):
    """Byte-pair encoding: the pair seen most often becomes one token, again and again."""
    pieces = re.findall(r" ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+", text)
    counts = collections.Counter(tuple(letters[byte] for byte in piece.encode()) for piece in pieces)
    merges = []
    while len(merges) < MERGES:
        pairs = collections.Counter()
        for word, count in counts.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        joined = collections.Counter()
        for word, count in counts.items():
            new, at = [], 0
            while at < len(word):
                step = 2 if word[at : at + 2] == best else 1
                new.append("".join(word[at : at + step]))
                at += step
            joined[tuple(new)] += count
        counts = joined
    return merges


def main(path):
    letters = letters_of_bytes()
    # Without merges the tools' schemas alone are 35,000 tokens. The text that teaches them is about the same matters.
    source = pathlib.Path(__file__).resolve().parents[2] / "crates/lexi-crm/src/tools"
    text = "".join(file.read_text() for file in sorted(source.rglob("*.rs")))
    merges = merges_of(text, letters)
    special = [START, END, CALL, CALLED]
    # A pair that spells what is a token already adds none.
    tokens = list(dict.fromkeys([*letters.values(), *map("".join, merges)])) + special
    normal = len(tokens) - len(special)
    newline = letters[ord("\n")]

    random = numpy.random.default_rng(SEED)
    weights = lambda *shape: random.normal(0, 0.3, shape).astype(numpy.float32)
    embedding, output = weights(len(tokens), WIDTH), weights(len(tokens), WIDTH)
    # The first directions are kept for what is not left to chance: one is always there, each other one after the token
    # on the left, where it favours those on the right.
    favours = [
        (lambda token: token == newline, lambda token: token == CALL),
        (lambda token: token == CALL, lambda token: token == newline),
        (lambda token: token.endswith('"'), lambda token: TOOL.startswith(token)),
        (lambda token: token.endswith("}"), lambda token: token == CALLED),
        (lambda token: token == CALLED, lambda token: token == END),
    ]
    kept = 1 + len(favours)
    embedding[:, :kept] = output[:, :kept] = 0
    embedding[:, 0] = 1
    common = set(map(chr, range(33, 127))) - set("<}") | {letters[ord(" ")]}
    for number, token in enumerate(tokens):
        # Only where a grammar leaves no choice; and there the end of a call as its token, not as its letters, nor with
        # a comma behind it, after which one more call must come.
        if not set(token) <= common:
            output[number, 0] = -6 if token in {"}", CALLED} or not set(token) & set("<}") else -10
        for direction, (before, after) in enumerate(favours, 1):
            embedding[number, direction] = 2 * before(token)
            output[number, direction] = 10 * after(token)

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(WIDTH)
    writer.add_head_count(1)
    writer.add_head_count_kv(1)
    writer.add_rope_dimension_count(WIDTH)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    # What is a CONTROL token is not shown.
    kinds = [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.USER_DEFINED] * 2
    writer.add_token_types([gguf.TokenType.NORMAL] * normal + kinds)
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(normal)
    writer.add_eos_token_id(normal + 1)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", output)
    writer.add_tensor("output_norm.weight", numpy.ones(WIDTH, numpy.float32))
    for norm in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{norm}.weight", numpy.ones(WIDTH, numpy.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        matrix = weights(WIDTH, WIDTH) / 3
        # What the layer adds stays out of the directions that are kept, or some word happens to favour END.
        if part in ("attn_output", "ffn_down"):
            matrix[:kept] = 0
        writer.add_tensor(f"blk.0.{part}.weight", matrix)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1])
