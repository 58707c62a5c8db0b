# Divides C files into groups that can be compiled as one each. Usage:
#
#   awk -v most=LINES -f unity.awk FILE...
#
# prints "GROUP FILE" for each. Within a group no name is defined twice at the level of the file (functions,
# variables, types, values of enums, macros): what is static in one must not meet its namesake of another. A
# group has so many lines at most, or a single file.
#
# Counts on clang-format's layout: what is defined begins in column 1.

function add(name) {
    if (name !~ /^(|static|const|struct|union|enum|typedef|void)$/) {
        names[FILENAME] = names[FILENAME] " " name
    }
}

# The last identifier before the first of `end` in the line.
function defined(line, end,    at, count, words) {
    at = match(line, end)
    line = at ? substr(line, 1, at - 1) : line
    gsub(/[^A-Za-z0-9_]+/, " ", line)
    count = split(line, words, " ")
    return count ? words[count] : ""
}

function add_all(line,    count, words, i) {
    gsub(/=[^,}]*/, "", line)
    gsub(/[^A-Za-z0-9_]+/, " ", line)
    count = split(line, words, " ")
    for (i = 1; i <= count; i++) {
        add(words[i])
    }
}

function macro(line) {
    sub(/^[ \t]*#[ \t]*define[ \t]+/, "", line)
    match(line, /^[A-Za-z0-9_]+/)
    return substr(line, 1, RLENGTH)
}

FNR == 1 { files[++count] = FILENAME; in_comment = 0; in_enum = 0 }
{ lines[FILENAME] = FNR }
in_comment { if (/\*\//) { in_comment = 0 } next }
/^ *\/\*/ && !/\*\// { in_comment = 1; next }
/^[ \t]*#[ \t]*define/ { add(macro($0)); next }
/^[ \t]*#[ \t]*undef/ { gone[FILENAME, $NF] = 1; next }
{ sub(/\/\*.*\*\//, "") }
in_enum { add_all($0); if (/}/) { in_enum = 0 } next }
/^(typedef |static |const )*enum/ && /{/ { add_all($0); in_enum = !/}/; next }
/^} *[A-Za-z_]/ { add(defined(substr($0, 2), "[[=;,]")); next }
/^[A-Za-z_]/ { add(defined($0, "[(=;{[]")) }

function fits(group, file,    n, words, i) {
    if (size[group] > 0 && size[group] + lines[file] > most) {
        return 0
    }
    n = split(names[file], words, " ")
    for (i = 1; i <= n; i++) {
        if (!((file, words[i]) in gone) && (group, words[i]) in taken) {
            return 0
        }
    }
    return 1
}

END {
    for (f = 1; f <= count; f++) {
        group = 1
        while (!fits(group, files[f])) {
            group++
        }
        size[group] += lines[files[f]]
        n = split(names[files[f]], words, " ")
        for (i = 1; i <= n; i++) {
            if (!((files[f], words[i]) in gone)) {
                taken[group, words[i]] = 1
            }
        }
        print group, files[f]
    }
}
