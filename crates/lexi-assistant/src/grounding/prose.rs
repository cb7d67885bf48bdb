//! Walks a text and finds its figures.

use super::currency::is_code;
use super::date;
use super::figure::{Figure, Meaning};
use super::number::{digits, readings, token};
use super::phone::{Phone, phone};
use super::quantity::{Quantity, numbers, quantity};
use super::skip::{address, clock, code, fence, identifier, list_number, of_word, row_number, uuid};

/// The figures that an answer states; code and the numbers of lists are none.
pub(super) fn stated(text: &str) -> Vec<Figure<'_>> {
    Walk { text, at: 0, answer: true, row: 0, figures: Vec::new() }.run()
}

/// Everything in a text that a figure may be taken from.
pub(super) fn all(text: &str) -> Vec<Figure<'_>> {
    Walk { text, at: 0, answer: false, row: 0, figures: Vec::new() }.run()
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    answer: bool,
    /// The number of the last row of a table, where its rows are numbered.
    row: u64,
    figures: Vec<Figure<'a>>,
}

impl<'a> Walk<'a> {
    fn run(mut self) -> Vec<Figure<'a>> {
        self.line_start();
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\n' => {
                    self.at += 1;
                    self.line_start();
                }
                '`' if self.answer => self.at += code(self.rest()),
                '&' => self.entity(),
                '+' | '(' => match phone(self.rest()) {
                    Some(phone) => self.phone(&phone),
                    None => self.at += 1,
                },
                '0'..='9' => self.digit(),
                c if of_word(c) => self.word(),
                c => self.at += c.len_utf8(),
            }
        }
        self.figures
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, start: usize, end: usize, meanings: Vec<Meaning>) {
        if let Some(text) = self.text.get(start..end)
            && !meanings.is_empty()
        {
            self.figures.push(Figure { text, meanings });
        }
        self.at = end;
    }

    fn line_start(&mut self) {
        if !self.answer {
            return;
        }
        while let Some(bytes) = fence(self.rest()) {
            self.at += bytes;
        }
        let line = self.rest();
        match row_number(line) {
            Some((row, bytes)) if row == self.row + 1 => {
                self.row = row;
                self.at += bytes;
                return;
            }
            _ if !line.trim_start_matches(' ').starts_with('|') => self.row = 0,
            _ => {}
        }
        self.at += list_number(line).unwrap_or(0);
    }

    /// `&#39;`
    fn entity(&mut self) {
        self.at += 1;
        if let Some(number) = self.rest().strip_prefix('#') {
            let number = number.strip_prefix(['x', 'X']).unwrap_or(number);
            let length = number.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(number.len());
            if number.get(length..).is_some_and(|rest| rest.starts_with(';')) && length <= 7 {
                self.at = self.text.len() - number.len() + length;
            }
        }
    }

    /// Ids are made of digits that nobody means. Addresses are not stated, but may be taken from.
    fn skipped(&self) -> Option<usize> {
        let rest = self.rest();
        uuid(rest).or_else(|| address(rest).filter(|_| self.answer))
    }

    fn word(&mut self) {
        let rest = self.rest();
        if let Some(bytes) = self.skipped() {
            self.at += bytes;
        } else if let Some((meanings, bytes)) = date::at_word(rest) {
            self.date(meanings, bytes);
        } else {
            let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let code = rest.get(..letters).is_some_and(is_code);
            self.at += if code { letters } else { identifier(rest, self.answer) }.max(1);
        }
    }

    fn digit(&mut self) {
        let rest = self.rest();
        if let Some(bytes) = self.skipped() {
            self.at += bytes;
            return;
        }
        let date = date::at_digit(rest);
        let phone = phone(rest);
        match (date, phone) {
            (Some((meanings, bytes)), _) => self.date(meanings, bytes),
            (None, Some(phone)) if rest.starts_with('0') || !is_number(rest, phone.bytes) => {
                self.phone(&phone)
            }
            (None, phone) => self.number(phone),
        }
    }

    /// What reads as a date may be a number: `24.11.`, `3/12`.
    fn date(&mut self, mut meanings: Vec<Meaning>, bytes: usize) {
        let rest = self.rest();
        let written = rest.get(..bytes).unwrap_or_default();
        let short =
            written.len() <= 7 && written.bytes().all(|byte| byte.is_ascii_digit() || b"./".contains(&byte));
        if short {
            if let Some(Quantity::Figure { meanings: also, .. }) = quantity(self.text, self.at, self.answer) {
                meanings.extend(also);
            }
            let parts = written.split(['/', '.']).filter(|part| !part.is_empty()).map(numbers).collect();
            meanings.push(Meaning::Each(parts));
        }
        self.push(self.at, self.at + bytes, meanings);
    }

    /// Groups of digits may be numbers beside each other.
    fn phone(&mut self, phone: &Phone<'a>) {
        let mut meanings = vec![Meaning::Phone(phone.digits.clone(), phone.country)];
        let number = self.text.get(self.at..self.at + phone.bytes).unwrap_or_default();
        meanings.extend(numbers(number.trim_start_matches('+')));
        if phone.groups.len() > 1 {
            meanings.push(Meaning::Each(phone.groups.iter().map(|group| numbers(group)).collect()));
        }
        self.push(self.at, self.at + phone.bytes, meanings);
    }

    fn number(&mut self, phone: Option<Phone<'a>>) {
        if let Some(bytes) = clock(self.rest()) {
            self.at += bytes;
            return;
        }
        match quantity(self.text, self.at, self.answer) {
            Some(Quantity::Figure { start, end, mut meanings }) => {
                if let Some(phone) = phone {
                    meanings.push(Meaning::Phone(phone.digits, phone.country));
                }
                self.push(start, end, meanings);
            }
            Some(Quantity::Other(end)) => self.at = end,
            None => self.at += digits(self.rest()).len().max(1),
        }
    }
}

/// The first bytes of the text read as one number.
fn is_number(text: &str, bytes: usize) -> bool {
    token(text) >= bytes && !readings(text.get(..token(text)).unwrap_or_default()).is_empty()
}
