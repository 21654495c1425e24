//! What is not TCP, UDP or echo, what must not leave the link, and what is not a packet at all.

