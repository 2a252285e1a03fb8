"""OData without a network: text, metadata and pages as plain values."""
