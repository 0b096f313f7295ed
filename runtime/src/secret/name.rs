//! Names whose values are secrets.

/// What names of secrets contain, in lower case and without `-` and `_`.
const PARTS: [&str; 25] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passkey",
    "pwd",
    "secret",
    "assertion",
    "credential",
    "authorization",
    "ticket",
    "cookie",
    "apikey",
    "accesskey",
    "privatekey",
    "sharedkey",
    "subscriptionkey",
    "sessionkey",
    "signingkey",
    "encryptionkey",
    "signature",
    "samlre",
    "csrf",
    "xsrf",
];

/// Names that are too short, or too much like others, to be looked for inside of names. The last one is the parameter that
/// carries the old token when a token of an anonymous meeting is renewed.
const WHOLE: [&str; 11] =
    ["cwt", "jwt", "bearer", "pin", "sid", "sig", "otp", "auth", "wresult", "jsessionid", "msrtcrenew"];

/// How names end that say something about a secret and do not hold it.
const HARMLESS_ENDS: [&str; 15] = [
    "type", "types", "required", "enabled", "allowed", "issuer", "issuers", "endpoint", "uri", "url", "expires",
    "expiry", "lifetime", "policy", "length",
];

/// How names begin that say something about a secret and do not hold it.
const HARMLESS_STARTS: [&str; 3] = ["save", "requires", "supports"];

/// What stands where secrets do and is none.
const HARMLESS_VALUES: [&str; 8] = ["true", "false", "null", "none", "bearer", "basic", "enabled", "disabled"];

/// Reports whether the value of a property, parameter, header, cookie, attribute or element with this name is a secret.
///
/// Case, `-` and `_` do not matter, and neither does what stands before a `.` or `:`, as in `ucwa:password`.
pub fn is_secret_name(name: &str) -> bool {
    let own = name.rsplit(['.', ':']).next().unwrap_or_default();
    let own: String = own.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect();
    WHOLE.contains(&own.as_str())
        || (PARTS.iter().any(|part| own.contains(part))
            && !HARMLESS_ENDS.iter().any(|end| own.ends_with(end))
            && !HARMLESS_STARTS.iter().any(|start| own.starts_with(start)))
}

/// Reports whether a value says too little to be a secret, whatever its name: `true`, `none`, `Bearer`.
pub fn is_harmless_value(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || HARMLESS_VALUES.iter().any(|harmless| value.eq_ignore_ascii_case(harmless))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_credentials_are_told_from_those_of_other_things() {
        for name in [
            "password",
            "Password",
            "accessToken",
            "access_token",
            "X-Auth-Token",
            "ucwa:password",
            "contact.password",
            "participantPassCode",
            "client_secret",
            "Cookie",
            "Set-Cookie",
            "Authorization",
            "Proxy-Authorization",
            "webTicket",
            "cwt",
            "CWT",
            "sig",
            "api_key",
            "apiKeys",
            "API-KEY",
            "SAMLResponse",
            "ms_rtc_renew",
            "pin",
            "refresh-token",
            "privateKey",
            "userPwd",
            "wresult",
            "__RequestVerificationToken",
            "JSESSIONID",
            "Ocp-Apim-Subscription-Key",
            "sessionKey",
            "signing-key",
            "encryptionKey",
            "bearer",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "",
            ".",
            "name",
            "tokenType",
            "token_type",
            "passwordRequired",
            "authorization_uri",
            "trusted_issuers",
            "pinnedGroup",
            "signInAs",
            "design",
            "key",
            "code",
            "author",
            "authority",
            "saveCredentials",
            "expires_in",
            "password.length",
            "cookiePolicy",
            "ack",
            "etag",
            "sidebar",
            "audioBypassId",
            "automaticLeaderAssignment",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn what_says_nothing_is_no_secret() {
        for value in ["", " ", "true", "False", "null", "None", "Bearer", "enabled"] {
            assert!(is_harmless_value(value), "{value}");
        }
        assert!(!is_harmless_value("truest") && !is_harmless_value("x"));
    }
}
