#include "tests/simulation/chaos_report.h"
#include "tests/simulation/sealed_home.h"

// On the product's own storage, over a disk that stops.
int main(int argc, char** argv) {
  kluis::test::ChaosOptions options;
  options.make_home = kluis::test::sealed_home;
  return kluis::test::run_seeds(argc, argv, options);
}
