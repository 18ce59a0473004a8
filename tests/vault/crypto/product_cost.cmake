# cmake -DFILES=a;b -DCONTROL=c -DNM=nm -DSOURCE_DIR=d -P product_cost.cmake
#
# No product library or program holds the maker of small Argon2 costs, or refers to it; and no
# product source has another way to one.
set(maker test_argon2_cost)

function(count_symbols file result)
  execute_process(COMMAND ${NM} ${file} OUTPUT_VARIABLE symbols RESULT_VARIABLE failed
                  ERROR_VARIABLE errors)
  if(failed)
    message(FATAL_ERROR "cannot read the symbols of ${file}: ${errors}")
  endif()
  string(REGEX MATCHALL "[^\n]*${maker}[^\n]*" found "${symbols}")
  list(LENGTH found count)
  set(${result} ${count} PARENT_SCOPE)
endfunction()

# The check can see the maker where it is.
count_symbols(${CONTROL} count)
if(count EQUAL 0)
  message(FATAL_ERROR "the control ${CONTROL} does not show ${maker}: this test sees nothing")
endif()

list(LENGTH FILES file_count)
if(file_count EQUAL 0)
  message(FATAL_ERROR "no product files were given")
endif()
foreach(file IN LISTS FILES)
  count_symbols(${file} count)
  if(NOT count EQUAL 0)
    message(FATAL_ERROR "${file} can make a small Argon2 cost")
  endif()
endforeach()

# In the sources: the maker is named in password.h alone, as a friend; a cost is made there alone,
# by product().
file(GLOB_RECURSE sources ${SOURCE_DIR}/proto/* ${SOURCE_DIR}/vault/* ${SOURCE_DIR}/sync/*
     ${SOURCE_DIR}/tools/*)
set(named "")
set(made "")
foreach(source IN LISTS sources)
  file(STRINGS ${source} lines REGEX "${maker}")
  foreach(line IN LISTS lines)
    list(APPEND named ${source})
  endforeach()
  # Argon2Cost(…) or Argon2Cost{…}: a construction.
  file(STRINGS ${source} lines REGEX "Argon2Cost[({]")
  foreach(line IN LISTS lines)
    list(APPEND made ${source})
  endforeach()
endforeach()
list(LENGTH named named_count)
list(LENGTH made made_count)
if(NOT named_count EQUAL 1 OR NOT named MATCHES "vault/crypto/password.h$")
  message(FATAL_ERROR "${maker} is named elsewhere: ${named}")
endif()
# product() and the private constructor.
if(NOT made_count EQUAL 2 OR made MATCHES "\\.cc")
  message(FATAL_ERROR "a cost is made elsewhere: ${made}")
endif()
message(STATUS "${file_count} product files, none can make a small cost")
