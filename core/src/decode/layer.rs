//! What was undone on the way.

use serde::{Deserialize, Serialize};

/// One layer that was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// The place that it was around; empty where that is all there is.
    pub path: String,
    pub name: Coding,
    pub bytes_in: u64,
    /// The same as `bytes_in` where bytes were only read as a structure.
    pub bytes_out: u64,
}

/// How something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// RFC 1951, bare.
    Deflate,
    /// Brotli, RFC 7932.
    Br,
    /// RFC 8878.
    Zstd,
    /// `application/x-www-form-urlencoded`: <https://url.spec.whatwg.org/#application/x-www-form-urlencoded>
    Form,
    /// Behind the `?` of an address, in the same form.
    Query,
    /// RFC 6265.
    Cookies,
    /// `%20`: RFC 3986 section 2.1.
    Percent,
    /// RFC 4648 section 4.
    Base64,
    /// RFC 4648 section 5.
    Base64url,
    /// RFC 4648 section 8.
    Hex,
    /// RFC 8259.
    Json,
    /// Several of it, one after the other.
    JsonLines,
    /// <https://protobuf.dev/programming-guides/encoding/>
    Protobuf,
    /// <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>
    ThriftCompact,
    /// <https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md>
    ThriftBinary,
    /// AES with 128 bits, block by block, padded as RFC 5652 section 6.3 has it.
    Aes128Ecb,
    /// A frame of Xiaomi's push service.
    MipushFrame,
}

impl Coding {
    /// The word used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
            Self::Br => "br",
            Self::Zstd => "zstd",
            Self::Form => "form",
            Self::Query => "query",
            Self::Cookies => "cookies",
            Self::Percent => "percent",
            Self::Base64 => "base64",
            Self::Base64url => "base64url",
            Self::Hex => "hex",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Protobuf => "protobuf",
            Self::ThriftCompact => "thrift-compact",
            Self::ThriftBinary => "thrift-binary",
            Self::Aes128Ecb => "aes128-ecb",
            Self::MipushFrame => "mipush-frame",
        }
    }
}
