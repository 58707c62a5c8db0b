# Completion for bash: the program knows what may stand at the cursor, and says it (pgmarch complete).
# Needs nothing of bash-completion, and works when it is there.

_pgmarch() {
    local line=${COMP_LINE:0:COMP_POINT} words word typed prefix='' IFS=$' \t\n'
    COMPREPLY=()
    read -ra words <<<"$line"
    case $line in
    *[[:space:]]) words+=('') ;;
    esac
    typed=${words[${#words[@]} - 1]}
    # bash takes what stands behind the last of these for the word.
    case $typed in
    *[=:]*) prefix=${typed%"${typed##*[=:]}"} ;;
    esac
    while IFS=$'\t' read -r word _; do
        case $word in
        :files | :folders)
            compopt -o filenames 2>/dev/null
            local found kind=-f
            [ "$word" = :files ] || kind=-d
            while IFS= read -r found; do
                COMPREPLY+=("$found")
            done < <(compgen "$kind" -- "${typed#"$prefix"}")
            ;;
        *) COMPREPLY+=("${word#"$prefix"}") ;;
        esac
    done < <("${1:-pgmarch}" complete -- "${words[@]:1}" 2>/dev/null)
    # Something follows.
    if [ ${#COMPREPLY[@]} = 1 ] && [[ ${COMPREPLY[0]} == *: ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -F _pgmarch pgmarch
