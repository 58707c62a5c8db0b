# Completion for fish: the program knows what may stand at the cursor, and says it (pgmarch complete).

function __pgmarch_complete
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    # What stands in front of a file: --report=json:
    set -l front (string match -r '^(?:--[^=]*=)?(?:[a-z]+:)?' -- "$typed")
    set -l file (string replace -- "$front" '' "$typed")
    for candidate in ($before[1] complete -- $before[2..-1] "$typed" 2>/dev/null)
        switch $candidate
            case :files
                string join \n -- $front(__fish_complete_path "$file")
            case :folders
                string join \n -- $front(__fish_complete_directories "$file" '')
            case '*'
                echo $candidate
        end
    end
end

complete -c pgmarch -f -k -a '(__pgmarch_complete)'
