#pragma once

#include <QtCore/QtGlobal>

//! Marks what a shared AuthCore gives to other libraries and programs.
#if !defined(AUTHCORE_SHARED)
#define AUTHCORE_EXPORT
#elif defined(AUTHCORE_BUILDING)
#define AUTHCORE_EXPORT Q_DECL_EXPORT
#else
#define AUTHCORE_EXPORT Q_DECL_IMPORT
#endif
