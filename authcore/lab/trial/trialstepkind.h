#pragma once

namespace authcore::lab {

//! The steps of a trial, in their order.
enum class TrialStepKind {
    SignIn, //!< name and password for tokens
    Resource, //!< a protected resource, with the access token
    RefusedToken, //!< the same with a broken access token: the server must refuse it
    Refresh, //!< the refresh token for tokens
    ResourceAgain, //!< the resource with the new access token
};

} // namespace authcore::lab
