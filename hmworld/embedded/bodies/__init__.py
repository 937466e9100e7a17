"""The embedded engine's subjects, made from numbers: lofted distance fields become skinned meshes, and inverse kinematics
becomes gaits whose planted feet do not slide. `bake.py` writes both to files once; at run time only the files are read,
so nothing here is imported by the engine and nothing here may depend on it, on a catalog or on the clock.
"""
