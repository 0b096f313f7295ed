//! Random values, all from one seed.

/// The one source of random values.
#[derive(Debug, Clone)]
pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// 32 hexadecimal digits.
    pub(crate) fn hex(&mut self) -> String {
        digits(self.0.u128(..)).collect()
    }

    /// A GUID as most servers write it.
    pub(crate) fn guid(&mut self) -> String {
        let mut guid = String::with_capacity(36);
        for (at, digit) in digits(self.0.u128(..)).enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                guid.push('-');
            }
            guid.push(digit);
        }
        guid
    }

    /// Eight bytes for a client to prove its password with.
    #[cfg(feature = "ntlm")]
    pub(crate) fn challenge(&mut self) -> [u8; 8] {
        self.0.u64(..).to_le_bytes()
    }

    /// A number of twelve digits, beyond 32 bits.
    pub(crate) fn number(&mut self) -> u64 {
        self.0.u64(100_000_000_000..1_000_000_000_000)
    }

    /// A number below a limit; `None` below 0.
    pub(crate) fn below(&mut self, limit: usize) -> Option<usize> {
        (limit > 0).then(|| self.0.usize(..limit))
    }

    /// A conference id: letters and digits that cannot be confused.
    pub(crate) fn conference_id(&mut self) -> String {
        let letters = b"23456789BCDFGHJKLMNPQRSTVWXYZ";
        (0..8).map(|_| char::from(letters[self.0.usize(..letters.len())])).collect()
    }

    /// The text of a token.
    pub(crate) fn token(&mut self) -> String {
        format!("cwt=AAEB{}{}", self.hex(), self.hex())
    }
}

/// The 32 hexadecimal digits of a number.
fn digits(number: u128) -> impl Iterator<Item = char> {
    number
        .to_be_bytes()
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_servers_write() {
        let mut random = Random::new(1);
        assert_eq!(digits(0x0f1).collect::<String>(), format!("{:032x}", 0x0f1));
        let guid = random.guid();
        let lengths: Vec<_> = guid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{guid}");
    }
}
