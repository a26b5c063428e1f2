"""What staff are told by the desk itself: warnings, praise, work that came up. Each once."""
