"""Tests, folder by folder as the packages; rules/ holds what binds all of them."""
