"""The program's own words, in each language that it speaks; the words of a policy set are its labels."""
