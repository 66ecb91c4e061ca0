"""Decides who gets which lot: the question in numbers, the policies, the reasons."""
