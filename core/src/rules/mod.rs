//! The catalogue: names and addresses turned into verdicts.
