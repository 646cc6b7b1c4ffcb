"""The gate an application asks: answers in process, reloads behind its back."""
