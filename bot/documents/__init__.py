"""Documents and pictures from plain values. No Telegram, no SQL, no words of their own."""
