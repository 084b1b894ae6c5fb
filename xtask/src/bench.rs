//! Measures queries inside workerd beside what a site owner would otherwise pick.
