"""The program's own words, in each language that it speaks; the words of a policy set are its labels.

Reasons and explanations are said with them. What a finding says is written in `problems.py` of its room.
"""
