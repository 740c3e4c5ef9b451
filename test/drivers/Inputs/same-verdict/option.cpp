// RUN: %cotidy check %s --header-filter=x -- -std=c++20
