//! Short ways of writing the common faults.

use serde_json::Value;

use super::{Fault, FaultyCell, Flip};

impl Fault {
    /// An answer with another status and the body that goes with it.
    pub fn status(status: u16) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// A redirect (302) to any text.
    pub fn redirect(location: impl Into<String>) -> Self {
        Self::status(302).header("Location", location)
    }

    /// Status 200 with a page of HTML, as a proxy or an overloaded service answers.
    pub fn html() -> Self {
        Self {
            status: Some(200),
            body: Some("<html>\r\n<head><title>Scheduled maintenance</title></head>\r\n<body>We will be back soon.</body>\r\n</html>\r\n".into()),
            ..Self::default()
        }
        .header("Content-Type", "text/html")
    }

    /// Status 200 and no byte of a body.
    pub fn empty() -> Self {
        Self {
            status: Some(200),
            body: Some(String::new()),
            ..Self::default()
        }
    }

    /// FIN after so many bytes of the body; see [`Fault::with_reset`] for RST.
    pub fn cut_at(num_bytes: u64) -> Self {
        Self {
            cut_at: Some(num_bytes),
            ..Self::default()
        }
    }

    /// Silence after so many bytes of the body, with the connection held open.
    pub fn stall_at(num_bytes: u64) -> Self {
        Self {
            stall_at: Some(num_bytes),
            ..Self::default()
        }
    }

    /// A body that comes at this rate.
    pub fn slow(bytes_per_second: u64) -> Self {
        Self {
            bytes_per_second: Some(bytes_per_second),
            ..Self::default()
        }
    }

    /// The connection ends before any byte of an answer.
    pub fn hang_up() -> Self {
        Self {
            hang_up: true,
            ..Self::default()
        }
    }

    /// Something else than HTTP where the status line should be.
    pub fn garbage() -> Self {
        Self {
            raw: Some("SSH-2.0-OpenSSH_9.6\r\n".into()),
            ..Self::default()
        }
    }

    /// The lowest bit of one byte of the object is wrong.
    pub fn flip_bit(offset: u64) -> Self {
        Self {
            flips: vec![Flip { offset, mask: 1 }],
            ..Self::default()
        }
    }

    /// Another edition of the object, see [`Fault::edition`](struct@Fault).
    pub fn edition(number: u32) -> Self {
        Self {
            edition: number,
            ..Self::default()
        }
    }

    /// Mashup's "still working" answer.
    pub fn executing() -> Self {
        Self {
            executing: true,
            ..Self::default()
        }
    }

    /// The same for so many matching requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// The same for every matching request from now on.
    #[must_use]
    pub fn always(self) -> Self {
        self.times(u32::MAX)
    }

    /// A header that replaces the one of that name.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// `Retry-After`, in seconds or as a date.
    #[must_use]
    pub fn retry_after(self, value: impl ToString) -> Self {
        self.header("Retry-After", value.to_string())
    }

    /// A connection that is cut ends with RST.
    #[must_use]
    pub fn with_reset(mut self) -> Self {
        self.reset = true;
        self
    }

    /// One column of every row of Mashup's answer holds this.
    pub fn cell(column: impl Into<String>, value: impl Into<Value>) -> Self {
        let cell = FaultyCell {
            column: column.into(),
            value: value.into(),
            row: None,
        };
        Self {
            cells: vec![cell],
            ..Self::default()
        }
    }
}
