{
  "key": "hxF5DxvKZT704-M1vv6fHnYzJR9gFBwxpIxgKDXSDwY",
  "signature": "_TjWzLkVJ8fmWC5ltFmk542dyPVl0R84WQUpAiIyqg5j0OwENa-W2pLjktxgpiZXWK1Bz4Jk_IsMIk9ULtQxCg"
}
