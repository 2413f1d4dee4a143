//! Closed lists of messages to people. Each message has a name, arguments and English words, so that it can be translated.

/// Declares an enum of messages. Each variant has its arguments and its English words, in which `{argument}` stands for an
/// argument. The variant `Other` holds words that aren't in the list yet.
#[macro_export]
macro_rules! messages {
    (
        $(#[$meta:meta])*
        pub enum $name:ident tagged $tag:literal {
            $($(#[$doc:meta])* $variant:ident $({ $($argument:ident: $kind:ty),+ })? $text:literal;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = $tag, rename_all = "snake_case")]
        pub enum $name {
            $(
                #[doc = $text]
                $(#[$doc])*
                $variant $({ $(#[doc = "An argument of the message."] $argument: $kind),+ })?,
            )*
            /// A text that isn't in the list yet, in English. It can't be translated.
            Other {
                /// The text.
                text: String,
            },
        }

        impl $name {
            /// The names of all messages with their English words.
            pub const TEMPLATES: &[(&str, &str)] = &[$((stringify!($variant), $text)),*];

            fn english(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant $({ $($argument),+ })? => {
                        // The English text may lack an argument that applications and translations use.
                        $($(let _: &$kind = $argument;)+)?
                        write!(f, $text)
                    })*
                    Self::Other { text } => f.write_str(text),
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::Other { text: text.to_owned() }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::Other { text }
            }
        }
    };
}
