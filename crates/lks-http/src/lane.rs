//! Lanes as data: how many requests of a kind a host gets.

use http::StatusCode;

/// A kind of request. All requests of one lane to one host share a limit, which starts low, grows while all is well and is halved when the
/// host throttles.
///
/// A request brings its lane with it, so there is nothing to register and nothing to forget: the code that makes requests to a host knows
/// how many the host can take. [`HttpOptions::lanes`](crate::HttpOptions::lanes) changes the limits of a lane from outside.
///
/// ```
/// use lks_http::{Lane, Request};
///
/// /// The service computes while we wait, and answers 503 when it is busy.
/// const RENDERING: Lane = Lane::new("rendering", 2, 4).with_busy_statuses(&[503]).shared_between_processes();
///
/// let url = "https://example.org/render?ra=10".parse().expect("a literal URL");
/// let request = Request::get(url).with_lane(RENDERING);
/// assert_eq!(request.lane.limit(), (2, 4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lane {
    name: &'static str,
    start: usize,
    most: usize,
    busy_statuses: &'static [u16],
    is_shared: bool,
    doubles: bool,
}

impl Lane {
    /// The lane of a request that names none: two at once.
    pub const DEFAULT: Self = Self::new("default", 2, 2);

    /// A lane of this name in which a host gets `start` requests at once in the beginning, and never more than `most`; at least one.
    ///
    /// One name means one limit: of two lanes with the same name at one host, the limits of the first that is used hold. The name is part
    /// of file names where the lane is [shared](Self::shared_between_processes), so it stays what it is from version to version.
    pub const fn new(name: &'static str, start: usize, most: usize) -> Self {
        let lane = Self {
            name,
            start: 1,
            most: 1,
            busy_statuses: &[],
            is_shared: false,
            doubles: false,
        };
        lane.with_limit(start, most)
    }

    /// The same lane with other limits: requests at once in the beginning, and at most.
    #[must_use]
    pub const fn with_limit(mut self, start: usize, most: usize) -> Self {
        self.most = if most == 0 { 1 } else { most };
        self.start = if start == 0 {
            1
        } else if start > self.most {
            self.most
        } else {
            start
        };
        self
    }

    /// The same lane for a service that answers with these statuses when it is busy. They halve the lane, as 429 and 503 halve every lane,
    /// and do not count as failures of the host, as 503 does in other lanes.
    #[must_use]
    pub const fn with_busy_statuses(mut self, statuses: &'static [u16]) -> Self {
        self.busy_statuses = statuses;
        self
    }

    /// The same lane with its limit shared by all processes of this machine that use the same
    /// [directory](crate::HttpOptions::shared_limits).
    ///
    /// # Limitations
    /// Courtesy, not a guarantee: without working file locks, or after two minutes without a free slot, a request is sent all the same.
    #[must_use]
    pub const fn shared_between_processes(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// The same lane for a service that bears any number of requests: until the host throttles, or more requests at once bring no more bytes,
    /// its limit doubles each time as many complete responses came as it allows. From then on it grows by one, as others do.
    #[must_use]
    pub const fn doubling(mut self) -> Self {
        self.doubles = true;
        self
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Requests at once in the beginning, and at most.
    pub fn limit(&self) -> (usize, usize) {
        (self.start, self.most)
    }

    /// Whether its limit doubles in the beginning.
    pub(crate) fn doubles(&self) -> bool {
        self.doubles
    }

    /// Whether its limit holds for all processes of this machine together.
    pub fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether this status means that the service is busy.
    pub(crate) fn is_busy(&self, status: StatusCode) -> bool {
        self.busy_statuses.contains(&status.as_u16())
    }
}

impl Default for Lane {
    fn default() -> Self {
        Self::DEFAULT
    }
}
