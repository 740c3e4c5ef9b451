// RUN: %cotidy %s -- -std=c++20
