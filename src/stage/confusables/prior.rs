//! How common misread characters are on a page, and what a change must pay for it where they are rare.
//!
//! The trees were fitted on news that engines had read. Where nothing was misread every change is wrong, and of learned or
//! literary writing the language model knows less than it believes: it takes 一油一稻 for a misreading. What tells such a page from one that
//! an engine read is how much else on it is surely misread, and whether it came in short lines.

use crate::stage::Sheet;

/// From how many nats on, net of what the engine's confusion costs, a change counts as surely right when those around it are judged.
/// Of 131 changes of clean text 53 of the 58 that gain as much were right, and 33 of the other 73.
const SURE: f64 = 6.0;

/// A page of which more lines than this were joined came from an engine that reads print line by line.
const FEW_JOINED: usize = 3;

/// The log-odds of what is applied unless the user asks for more or less: a probability of 0.95.
const APPLIED: f64 = 2.94;

/// By how much a nat more makes a change likelier, in log-odds. Of the same 131 changes 11 of 40 that gain less than 3 nats net were right, 22
/// of 33 that gain less than 6, and 25 of 28 that gain less than 9.
const A_NAT: f64 = 0.5;

/// How common misread characters are on a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prior {
    han: usize,
    found: usize,
    is_printed: bool,
}

/// What is expected of a page before it is read, chosen with a look at 3.6 million characters of clean writing of all kinds, and at 248 pages
/// that engines had read.
struct Expected {
    /// Misread characters in a thousand.
    rate: f64,
    /// What a change must gain net, in nats, where one in a thousand is surely misread.
    price: f64,
}

impl Prior {
    /// Of a page of `han` Chinese characters, on which changes that gain `nets` are likely.
    pub(super) fn of(sheet: Sheet<'_>, han: usize, nets: impl Iterator<Item = f64>) -> Self {
        let found = sheet.put_right + nets.filter(|net| *net >= SURE).count();
        Self { han, found, is_printed: sheet.joined > FEW_JOINED }
    }

    /// Whether an engine read the page, as far as its short lines, or what is surely misread on it, `marks` among that, tell. What was typed
    /// has marks that are dear to the language model as well: “非此、即彼”.
    pub(super) fn is_engines(self, marks: usize) -> bool {
        /// Misread characters and marks in a thousand characters; chosen by hand.
        const OFTEN: f64 = 2.0;
        self.is_printed || (self.found + marks) as f64 > OFTEN * (self.thousands() + 1.0)
    }

    /// The log-odds at most of a change that gains `net` nats.
    pub(super) fn most(self, net: f64) -> f64 {
        APPLIED + A_NAT * (net - self.price(net))
    }

    /// What a change that gains `net` must gain to be applied.
    fn price(self, net: f64) -> f64 {
        /// By how many nats it rises where misread characters are rarer by a factor of e.
        const RARER: f64 = 2.0;
        let Expected { rate, price } =
            if self.is_printed { Expected { rate: 1.0, price: 1.0 } } else { Expected { rate: 0.2, price: 2.0 } };
        let others = self.found - usize::from(net >= SURE && self.found > 0);
        price - RARER * ((others as f64 + rate) / (self.thousands() + 1.0)).ln()
    }

    fn thousands(self) -> f64 {
        self.han as f64 / 1000.0
    }
}
