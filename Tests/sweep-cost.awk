# Rows of `differential --cost` as a table, with the median, least and most of each column.
BEGIN {
  line = "%-40s %8s %8s %8s %9s %6s\n"
  printf line, "input", "pass, s", "smallest", "average", "costliest", "MiB"
}
{ printf line, $1, $2, $3, $4, $5, $6; for (c = 2; c <= 6; c++) value[c, NR] = $c }
function sorted(c, i, j, t) {
  for (i = 1; i <= NR; i++) v[i] = value[c, i] + 0
  for (i = 2; i <= NR; i++)
    for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
}
function median(c) { sorted(c); return (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }
function least(c) { sorted(c); return v[1] }
function most(c) { sorted(c); return v[NR] }
END {
  if (NR == 0) exit 1
  printf line, "median", f(median(2)), f(median(3)), f(median(4)), f(median(5)), median(6)
  printf line, "least", f(least(2)), f(least(3)), f(least(4)), f(least(5)), least(6)
  printf line, "most", f(most(2)), f(most(3)), f(most(4)), f(most(5)), most(6)
}
function f(x) { return sprintf("%.2f", x) }
