//! Photos: for each person a JPEG of one color, which is drawn from the address.

use std::hash::Hasher as _;

use bytes::Bytes;
use fnv::FnvHasher;

/// Marks the beginning of a JPEG.
const BEGIN: [u8; 2] = [0xff, 0xd8];

/// Marks the end of a JPEG.
const END: [u8; 2] = [0xff, 0xd9];

/// The start of a table of quantization, whose 64 numbers follow: a step of the average is one step of the color.
const QUANTIZATION: [u8; 5] = [0xff, 0xdb, 0, 67, 0];
const STEPS: [u8; 64] = [8; 64];

/// The frame: baseline, eight bits, eight by eight points, of brightness and two components of color.
const FRAME: [u8; 19] = [0xff, 0xc0, 0, 17, 8, 0, 8, 0, 8, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];

/// The table of codes for averages: a zero bit says that seven bits follow.
const AVERAGES: [u8; 22] = [0xff, 0xc4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];

/// The table of codes for all else: a zero bit says that there is nothing.
const DETAILS: [u8; 22] = [0xff, 0xc4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The scan, whose bits follow.
const SCAN: [u8; 14] = [0xff, 0xda, 0, 12, 3, 1, 0x00, 2, 0x00, 3, 0x00, 0, 63, 0];

/// The photo of a person, and its `ETag`.
pub(super) fn of(address: &str) -> (Bytes, String) {
    let mut hasher = FnvHasher::default();
    hasher.write(address.as_bytes());
    let hash = hasher.finish();
    let mut bytes = Vec::with_capacity(256);
    for part in [&BEGIN[..], &QUANTIZATION, &STEPS, &FRAME, &AVERAGES, &DETAILS, &SCAN] {
        bytes.extend_from_slice(part);
    }
    // For each component: the code of an average, its seven bits, and the code for no details. Ones fill the last byte.
    let components = [hash, hash >> 7, hash >> 14].map(|bits| (bits & 0x7f) << 1);
    let bits = components.iter().fold(0, |bits, component| bits << 9 | component) << 5 | 0x1f;
    let scan = u32::try_from(bits).unwrap_or_default().to_be_bytes();
    for byte in scan {
        bytes.push(byte);
        if byte == 0xff {
            // Tells the byte from a marker.
            bytes.push(0);
        }
    }
    bytes.extend_from_slice(&END);
    (bytes.into(), format!("{hash:016x}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn people_have_photos_of_their_own() {
        let addresses: Vec<_> = (0..500).map(|number| format!("user{number}@contoso.com")).collect();
        let photos: BTreeSet<_> = addresses.iter().map(|address| of(address)).collect();
        assert_eq!(photos.len(), addresses.len());
        assert_eq!(of(&addresses[0]), of(&addresses[0]));
        for (bytes, _) in photos {
            let scan = &bytes[bytes.len() - 8..];
            assert!(bytes.starts_with(&BEGIN) && bytes.ends_with(&END), "{scan:x?}");
        }
    }
}
