// consumer DIR: what is wrong with the migrations of a folder, as validate tells it.
#include <pgmarch/pgmarch.h>

#include <iostream>
#include <memory>

struct free_validation {
    void operator()(pgm_validation *validation) const { pgm_validation_free(validation); }
};

int main(int argc, char **argv) {
    if (argc != 2) {
        return 2;
    }
    pgm_options options;
    pgm_options_init(&options);
    options.dir = argv[1];

    pgm_validation *found = nullptr;
    pgm_error err = {};
    if (pgm_validate(&found, &options, nullptr, &err) != PGM_OK) {
        std::cerr << err.msg << '\n';
        return 2;
    }
    const std::unique_ptr<pgm_validation, free_validation> validation(found);
    std::cout << pgm_validation_summary_of(validation.get())->migration_count << " migrations\n";
    for (size_t i = 0; i < pgm_validation_count(validation.get()); i++) {
        const pgm_finding *finding = pgm_validation_finding(validation.get(), i);
        std::cout << pgm_severity_name(finding->severity) << ": " << finding->code << '\n';
    }
    return 0;
}
