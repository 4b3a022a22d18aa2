# Debian packages: tokenflight (the programs), libauthcore-dev (the library) and
# libauthcore-testing-dev (what tests of applications need).
set(CPACK_PACKAGE_CONTACT "Tokenflight authors <tokenflight@localhost>")
set(CPACK_PACKAGE_VENDOR "Tokenflight authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # the first line of each description below is the summary
set(CPACK_COMPONENTS_ALL application development)
if(TARGET authcore_testing)
    list(APPEND CPACK_COMPONENTS_ALL testing)
endif()
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)

set(CPACK_DEBIAN_APPLICATION_PACKAGE_NAME tokenflight)
set(CPACK_DEBIAN_APPLICATION_PACKAGE_SECTION net)
set(CPACK_DEBIAN_APPLICATION_PACKAGE_SHLIBDEPS ON)
# Since Qt 6.7 the plugin that reads SVG icons is in a package on which no library depends.
set(CPACK_DEBIAN_APPLICATION_PACKAGE_DEPENDS "qt6-svg-plugins | libqt6svg6 (<< 6.7.2-5~)")
set(CPACK_DEBIAN_APPLICATION_PACKAGE_RECOMMENDS qt6-wayland)
set(CPACK_COMPONENT_APPLICATION_DESCRIPTION "watch a client keep itself signed in
Tokenflight signs in to a backend, breaks or expires the access token on
request, sends many requests at once and shows on a waterfall what happened:
who got a 401, that exactly one refresh ran, what was sent again. It brings
a demo backend; a profile points it at any other.
.
tokenflight-cli does the same without a window and judges the run.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libauthcore-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "qt6-base-dev (>= 6.4)")
if(TARGET authcore_keychain)
    set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS qtkeychain-qt6-dev)
endif()
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "QNetworkAccessManager that refreshes its tokens once
A C++20 library for Qt 6: attaches the access token to requests, notices that
it has expired, refreshes it once however many requests are in flight, holds
what is waiting and sends it again. This package holds the static libraries,
the headers and the CMake package AuthCore.")

set(CPACK_DEBIAN_TESTING_PACKAGE_NAME libauthcore-testing-dev)
set(CPACK_DEBIAN_TESTING_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TESTING_PACKAGE_DEPENDS
    "libauthcore-dev (= ${PROJECT_VERSION}), libcpp-httplib-dev, libssl-dev, pkg-config")
set(CPACK_COMPONENT_TESTING_DESCRIPTION "test applications that use libauthcore
A clock that a test moves by hand, a network without sockets that answers by
a script, and a demo backend that rotates, refuses and loses tokens on
request. This package holds the static libraries, the headers and the
component \"testing\" of the CMake package AuthCore.")

include(CPack)
