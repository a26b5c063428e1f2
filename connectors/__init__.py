"""Where customers are: a folder per channel. A connector verifies, translates and acknowledges; it decides nothing."""
