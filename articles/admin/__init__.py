"""The editorial office, as far as the text and its sources go: doors to the verbs, without a rule of their own."""
