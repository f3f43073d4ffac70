"""A small encoder that reads positions, trained on masked sentences; see positions/training/DATA_CARD.md."""
