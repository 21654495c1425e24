//! Names of addresses, learnt from look-ups that passed.
