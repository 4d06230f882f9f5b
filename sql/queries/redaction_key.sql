SELECT key FROM redaction_key
