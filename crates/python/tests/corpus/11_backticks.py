x = 5
print `x`, `"s"`, `[1, 'a']`, `1, 2`
print `x` + `x`
print `(1)`, "a" + `2.5`
print [`i` for i in range(3)]
