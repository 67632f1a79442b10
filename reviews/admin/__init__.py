"""The editorial office, as far as review and publishing go: doors to the verbs, without a rule of their own."""
