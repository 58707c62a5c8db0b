# strip.awk: C sources with comments removed and strings emptied, each line as "file:line:text".
# State carried over lines: inside a block comment or not.
{
    if (FNR == 1)
        comment = 0
    out = FILENAME ":" FNR ":"
    head = length(out)
    n = length($0)
    for (i = 1; i <= n; i++) {
        c = substr($0, i, 1)
        two = substr($0, i, 2)
        if (comment) {
            if (two == "*/") {
                comment = 0
                i++
            }
        } else if (two == "/*") {
            comment = 1
            out = out " "
            i++
        } else if (two == "//") {
            break
        } else if (c == "\"" || c == "'") {
            # An include keeps its file name.
            if (c == "\"" && substr(out, head + 1) ~ /^[ \t]*#[ \t]*include[ \t]*$/) {
                out = out substr($0, i)
                break
            }
            for (j = i + 1; j <= n && substr($0, j, 1) != c; j++)
                if (substr($0, j, 1) == "\\")
                    j++
            out = out c c
            i = j
        } else {
            out = out c
        }
    }
    print out
}
