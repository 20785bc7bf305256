//! What stands on the command line: the own addresses, and where the stanzas come from.

use std::error::Error;
use std::ffi::OsString;
use std::str::FromStr;

use ringstate::{IdError, OwnAddress};

pub(crate) const USAGE: &str = "usage: decline [--own-lid JID] [--own-pn JID] [FILE | -]

Declines every call: reads stanzas from FILE (`-` is standard input; without one, from a bundled sample)
and writes the stanzas to send to standard output, one stanza a line.

  --own-lid JID   this device's LID, such as 15550100:2@lid
  --own-pn JID    this device's phone-number address, such as 15550100:2@s.whatsapp.net
  --help          this text";

pub(crate) struct Arguments {
    pub(crate) me: OwnAddress,
    pub(crate) file: Option<String>,
}

impl Arguments {
    /// `None` where the usage was asked for.
    pub(crate) fn parse(
        words: impl Iterator<Item = OsString>,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        let mut words = words.map(|word| {
            word.into_string()
                .map_err(|word| format!("`{}` is not UTF-8", word.display()))
        });
        let mut arguments = Self {
            me: OwnAddress::default(),
            file: None,
        };
        while let Some(word) = words.next().transpose()? {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => {
                    (option.to_owned(), Some(value.to_owned()))
                }
                _ => (word, None),
            };
            let mut value = || match value.clone() {
                Some(value) => Ok(value),
                None => words
                    .next()
                    .unwrap_or_else(|| Err(format!("`{option}` needs an address"))),
            };
            match option.as_str() {
                "--help" | "-h" => return Ok(None),
                "--own-lid" => arguments.me.lid = Some(address(&option, &value()?)?),
                "--own-pn" => arguments.me.phone_number = Some(address(&option, &value()?)?),
                unknown if unknown.starts_with('-') && unknown != "-" => {
                    return Err(format!("unknown option `{unknown}`").into());
                }
                _ => arguments.set_file(option)?,
            }
        }
        if arguments.file.is_none() && arguments.me == OwnAddress::default() {
            arguments.me.lid = Some("15550100:2@lid".parse()?);
        }
        Ok(Some(arguments))
    }

    fn set_file(&mut self, file: String) -> Result<(), Box<dyn Error>> {
        match self.file.replace(file) {
            None => Ok(()),
            Some(_) => Err("one file at a time".into()),
        }
    }

    /// Where the stanzas come from, for messages.
    pub(crate) fn name(&self) -> &str {
        match self.file.as_deref() {
            None => "the bundled offer",
            Some("-") => "standard input",
            Some(file) => file,
        }
    }
}

fn address<T: FromStr<Err = IdError>>(option: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|error| format!("the value of `{option}` is no such address: {error}"))
}
