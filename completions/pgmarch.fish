# Completion for fish: the program knows what may stand at the cursor, and says it (pgmarch complete).

function __pgmarch_complete
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    for candidate in ($before[1] complete -- $before[2..-1] "$typed" 2>/dev/null)
        switch $candidate
            case :files
                __fish_complete_path (string replace -r '^--[^=]*=' '' -- "$typed")
            case :folders
                __fish_complete_directories (string replace -r '^--[^=]*=' '' -- "$typed") ''
            case '*'
                echo $candidate
        end
    end
end

complete -c pgmarch -f -k -a '(__pgmarch_complete)'
