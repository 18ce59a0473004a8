#include "tests/simulation/chaos_report.h"

// In memory, with whatever cryptography it is linked with.
int main(int argc, char** argv) {
  return kluis::test::run_seeds(argc, argv, {});
}
